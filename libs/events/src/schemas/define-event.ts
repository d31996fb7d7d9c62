import type { z } from 'zod';

export const AGGREGATES = [
  'suite',
  'run',
  'network',
  'capacity',
  'pool',
  'deployment',
  'host',
  'edge',
  'artifact',
] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** The one service that appends to aggregates of a kind. */
export const WRITERS: Readonly<Record<Aggregate, string>> = {
  suite: 'suite-dispatcher',
  run: 'suite-dispatcher',
  network: 'network-allocator',
  capacity: 'network-allocator',
  pool: 'network-allocator',
  deployment: 'provisioner',
  host: 'provisioner',
  edge: 'edge-runner',
  artifact: 'artifact-store',
};

/** Becomes the event's page in docs/events, with the fields' own descriptions and units (`x-unit`). */
export interface EventDocumentation {
  /** What happened, in one sentence. */
  readonly what: string;
  /** When its writer appends it. */
  readonly when: string;
}

export interface EventDefinition<Name extends string = string, Data extends z.ZodType = z.ZodType> {
  /** The name people and code use: `NetworkReserved`. */
  readonly name: Name;
  /** CloudEvents `type`: `io.benchbus.network.reserved.v1`. */
  readonly type: string;
  readonly version: number;
  readonly aggregate: Aggregate;
  readonly documentation: EventDocumentation;
  readonly data: Data;
}

/** `NetworkReserved` of aggregate `network` → `reserved`; `RunStageStarted` of `run` → `stage-started`. */
function verbOf(name: string, aggregate: Aggregate): string {
  const kebab = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return kebab.startsWith(`${aggregate}-`) ? kebab.slice(aggregate.length + 1) : kebab;
}

export function defineEvent<const Name extends string, Data extends z.ZodType>(
  aggregate: Aggregate,
  name: Name,
  version: number,
  documentation: EventDocumentation,
  data: Data,
): EventDefinition<Name, Data> {
  const type = `io.benchbus.${aggregate}.${verbOf(name, aggregate)}.v${version}`;
  return { name, type, version, aggregate, documentation, data };
}
