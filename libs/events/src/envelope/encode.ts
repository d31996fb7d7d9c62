import { z } from 'zod';
import { InvalidEvent } from '../bus/errors.ts';
import type { Draft } from '../bus/recorded-event.ts';
import { parseSubject } from '../bus/subjects.ts';
import { EVENTS, type EventName } from '../schemas/catalog.ts';
import type { EventDefinition } from '../schemas/define-event.ts';
import { eventId } from './event-id.ts';
import { fits } from './fitting-data.ts';
import { envelopeHash } from './hash.ts';
import { encodeHeaderValue } from './percent.ts';

const utf8 = new TextEncoder();

/** What the writer and the log add to a draft. */
export interface EnvelopeContext {
  readonly source: string;
  /** RFC 3339. */
  readonly time: string;
  readonly counter: number;
  readonly prevHash: string;
  readonly incarnation: string;
  readonly traceparent?: string | undefined;
}

export interface EncodedEvent {
  readonly id: string;
  readonly hash: string;
  /** Ready for the wire: percent-encoded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A draft that fits its schema and subject. */
export interface CheckedDraft {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly draft: Draft;
}

export type CheckDraft = <N extends EventName>(draft: Draft<N>) => CheckedDraft;

export function createCheckDraft(definitions: Iterable<EventDefinition>): CheckDraft {
  const byName = new Map([...definitions].map((definition) => [definition.name, definition]));
  return (draft) => checkAgainst(byName.get(draft.name), draft);
}

/** @throws InvalidEvent */
export const checkDraft: CheckDraft = createCheckDraft(Object.values(EVENTS));

function checkAgainst<N extends EventName>(definition: EventDefinition | undefined, draft: Draft<N>): CheckedDraft {
  if (definition === undefined) throw new InvalidEvent(String(draft.name), 'no such event in the catalogue');
  const subject = parseSubject(draft.subject);
  if (subject?.aggregate !== definition.aggregate)
    throw new InvalidEvent(draft.name, `${draft.subject} is no subject of aggregate ${definition.aggregate}`);
  const data = parsedData(definition, draft);
  if (draft.correlation === '') throw new InvalidEvent(draft.name, 'the correlation is empty');
  if (draft.cause === '') throw new InvalidEvent(draft.name, 'the cause is empty');
  const { cause, discriminator, attempt } = draft;
  const id = eventId({ cause, type: definition.type, subject: draft.subject, discriminator, attempt });
  return { id, type: definition.type, data, draft };
}

/** What goes into the log: strict, so that nobody relies on what a schema does not say. */
function parsedData({ data: schema }: EventDefinition, { name, data }: Draft): unknown {
  if (fits(schema, data)) return data;
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new InvalidEvent(name, z.prettifyError(parsed.error));
  return parsed.data;
}

/** CloudEvents 1.0, NATS binding, binary mode. */
export function encodeEvent({ id, type, data, draft }: CheckedDraft, context: EnvelopeContext): EncodedEvent {
  const text = JSON.stringify(data);
  const attributes: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': type,
    'ce-source': context.source,
    'ce-time': context.time,
    'ce-subject': draft.subject,
    'ce-dataschema': `urn:benchbus:schema:${type}`,
    'ce-correlationid': draft.correlation,
    'ce-causationid': draft.cause,
    'ce-counter': String(context.counter),
    'ce-prevhash': context.prevHash,
    'ce-incarnation': context.incarnation,
  };
  // The hash covers what a reader will parse from the body, not the object in memory (undefined fields, -0).
  const hash = envelopeHash(attributes, JSON.parse(text));
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries({ ...attributes, 'ce-hash': hash }))
    headers[name] = encodeHeaderValue(value);
  if (context.traceparent !== undefined) headers['traceparent'] = context.traceparent;
  return { id, hash, headers, body: utf8.encode(text) };
}
