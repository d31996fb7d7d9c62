import type { AnyRecorded, Recorded } from '../bus/recorded-event.ts';
import type { EventDefinition } from '../schemas/define-event.ts';
import { definitionOfType, type LookUpType } from '../schemas/definition-of-type.ts';
import { upcast, type Upcast } from '../schemas/upcast.ts';
import { issuesOf, jsonOf, whereOf } from './attributes.ts';
import { envelopeOf, envelopeProblem, type Envelope } from './envelope.ts';
import { fits } from './fitting-data.ts';
import { parseKnown } from './known-data.ts';
import { TypeTooNew, UnreadableMessage } from './refused.ts';
import type { StoredMessage } from './stored-message.ts';

export type DecodeEvent = (stored: StoredMessage) => AnyRecorded;

/** What is asked of a message before it counts as an event. */
interface Checks {
  readonly envelopeProblem: (envelope: Envelope) => string | undefined;
  /** @throws UnreadableMessage */
  readonly data: (definition: EventDefinition, data: unknown, stored: StoredMessage) => unknown;
}

const BY_SCHEMA: Checks = {
  envelopeProblem,
  data: (definition, data, stored) => {
    if (fits(definition.data, data)) return data;
    const parsed = parseKnown(definition.data, data);
    if (!parsed.success) throw new UnreadableMessage('EVENT_DATA_INVALID', issuesOf(parsed.error), whereOf(stored));
    return parsed.data;
  },
};

/** Its writer checked it before it was appended. */
const AS_WRITTEN: Checks = { envelopeProblem: () => undefined, data: (_, data) => data };

function decoder(lookUp: LookUpType, upcastData: Upcast, checks: Checks): DecodeEvent {
  return (stored) => {
    const ce = envelopeOf(stored.headers);
    const problem = checks.envelopeProblem(ce);
    if (problem !== undefined) throw new UnreadableMessage('ENVELOPE_INVALID', problem, whereOf(stored));
    if (ce['ce-subject'] !== stored.subject)
      throw new UnreadableMessage('ENVELOPE_INVALID', `ce-subject names another aggregate`, whereOf(stored));
    const found = lookUp(ce['ce-type']);
    if (found.kind === 'unknown')
      throw new UnreadableMessage('EVENT_TYPE_UNKNOWN', 'no such event type', whereOf(stored));
    if (!stored.subject.startsWith(`evt.${found.definition.aggregate}.`))
      throw new UnreadableMessage(
        'ENVELOPE_INVALID',
        `${found.definition.name} is no event of this aggregate`,
        whereOf(stored),
      );
    if (found.kind === 'too-new')
      throw new TypeTooNew(ce['ce-type'], found.definition.version, stored.subject, whereOf(stored));
    const newest = upcastData(ce['ce-type'], jsonOf(stored));
    const traceparent = stored.headers['traceparent'];
    const recorded: Omit<Recorded, 'name' | 'data' | 'traceparent'> & {
      name: string;
      data: unknown;
      traceparent?: string;
    } = {
      name: found.definition.name,
      subject: stored.subject,
      sequence: stored.sequence,
      counter: Number(ce['ce-counter']),
      data: checks.data(found.definition, newest.data, stored),
      id: ce['ce-id'],
      type: newest.type,
      source: ce['ce-source'],
      time: ce['ce-time'],
      correlation: ce['ce-correlationid'],
      cause: ce['ce-causationid'],
      hash: ce['ce-hash'],
      prevHash: ce['ce-prevhash'],
      incarnation: ce['ce-incarnation'],
    };
    // Not spread into it: that copies the whole event.
    if (traceparent !== undefined) recorded.traceparent = traceparent;
    // The schema of exactly this name accepted the data, here or at its writer: the union's link between both holds.
    return recorded as AnyRecorded;
  };
}

/** A decoder for a catalogue; the default one is `decodeEvent`. */
export const createDecoder = (lookUp: LookUpType, upcastData: Upcast): DecodeEvent =>
  decoder(lookUp, upcastData, BY_SCHEMA);

/** One that takes envelope and data as they stand: for what was checked already. Rubbish may come out as an event. */
export const createTrustedDecoder = (lookUp: LookUpType, upcastData: Upcast): DecodeEvent =>
  decoder(lookUp, upcastData, AS_WRITTEN);

/** A stored fact → the event. @throws UnreadableMessage | TypeTooNew */
export const decodeEvent: DecodeEvent = createDecoder(definitionOfType, upcast);
