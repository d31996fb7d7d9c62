import type { z } from 'zod';
import { EVENTS } from '../schemas/catalog.ts';
import type { Aggregate, EventDefinition, EventDocumentation } from '../schemas/define-event.ts';
import { REQUESTS } from '../schemas/requests/index.ts';

/** A type that others may rely on: an event or a request, at its newest version. */
export interface Contract {
  readonly name: string;
  /** CloudEvents `type`: `io.benchbus.network.reserved.v1`. */
  readonly type: string;
  readonly version: number;
  /** Where it is published: the aggregate of an event; `request` for what clients send. */
  readonly channel: Aggregate | 'request';
  readonly documentation: EventDocumentation;
  readonly data: z.ZodType;
}

export const contractsOf = (definitions: Iterable<EventDefinition>): Contract[] =>
  [...definitions].map(({ aggregate, ...rest }) => ({ ...rest, channel: aggregate }));

const requests = Object.values(REQUESTS).map((request): Contract => ({ ...request, channel: 'request' }));

/** Everything this version of benchbus publishes. */
export const CONTRACTS: readonly Contract[] = [...contractsOf(Object.values(EVENTS)), ...requests];

/** `io.benchbus.run.queued.v1` → `io.benchbus.run.queued`, 1. */
export function splitType(type: string): { readonly base: string; readonly version: number } {
  const at = type.lastIndexOf('.v');
  return { base: type.slice(0, at), version: Number(type.slice(at + 2)) };
}
