import { z } from 'zod';
import type { AnyRecorded } from '../bus/recorded-event.ts';
import { definitionOfType, type LookUpType } from '../schemas/definition-of-type.ts';
import { upcast, type Upcast } from '../schemas/upcast.ts';
import { attributesOf, issuesOf, jsonOf, whereOf } from './attributes.ts';
import { parseKnown } from './known-data.ts';
import { TypeTooNew, UnreadableMessage } from './refused.ts';
import type { StoredMessage } from './stored-message.ts';

const envelope = z.object({
  'ce-specversion': z.literal('1.0'),
  'ce-id': z.string().min(1),
  'ce-type': z.string().min(1),
  'ce-source': z.string().min(1),
  'ce-time': z.iso.datetime({ offset: true }),
  'ce-subject': z.string().min(1),
  'ce-correlationid': z.string().min(1),
  'ce-causationid': z.string().min(1),
  'ce-counter': z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
  'ce-hash': z.string().regex(/^[0-9a-f]{64}$/),
  'ce-prevhash': z.string().regex(/^([0-9a-f]{64})?$/),
  'ce-incarnation': z.uuid(),
});

export type DecodeEvent = (stored: StoredMessage) => AnyRecorded;

/** A decoder for a catalogue; the default one is `decodeEvent`. */
export function createDecoder(lookUp: LookUpType, upcastData: Upcast): DecodeEvent {
  return (stored) => {
    const where = whereOf(stored);
    const parsed = envelope.safeParse(attributesOf(stored.headers));
    if (!parsed.success) throw new UnreadableMessage('ENVELOPE_INVALID', issuesOf(parsed.error), where);
    const ce = parsed.data;
    if (ce['ce-subject'] !== stored.subject)
      throw new UnreadableMessage('ENVELOPE_INVALID', `ce-subject names another aggregate`, where);
    const found = lookUp(ce['ce-type']);
    if (found.kind === 'unknown') throw new UnreadableMessage('EVENT_TYPE_UNKNOWN', 'no such event type', where);
    if (found.kind === 'too-new') throw new TypeTooNew(ce['ce-type'], found.definition.version, where);
    if (!stored.subject.startsWith(`evt.${found.definition.aggregate}.`))
      throw new UnreadableMessage('ENVELOPE_INVALID', `${found.definition.name} is no event of this aggregate`, where);
    const newest = upcastData(ce['ce-type'], jsonOf(stored));
    const data = parseKnown(found.definition.data, newest.data);
    if (!data.success) throw new UnreadableMessage('EVENT_DATA_INVALID', issuesOf(data.error), where);
    const traceparent = stored.headers['traceparent'];
    const recorded = {
      name: found.definition.name,
      subject: stored.subject,
      sequence: stored.sequence,
      counter: ce['ce-counter'],
      data: data.data,
      id: ce['ce-id'],
      type: newest.type,
      source: ce['ce-source'],
      time: ce['ce-time'],
      correlation: ce['ce-correlationid'],
      cause: ce['ce-causationid'],
      hash: ce['ce-hash'],
      prevHash: ce['ce-prevhash'],
      incarnation: ce['ce-incarnation'],
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    // The schema of exactly this name accepted the data: the union's link between name and data holds.
    return recorded as AnyRecorded;
  };
}

/** A stored fact → the event. @throws UnreadableMessage | TypeTooNew */
export const decodeEvent: DecodeEvent = createDecoder(definitionOfType, upcast);
