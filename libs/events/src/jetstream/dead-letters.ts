import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { DeadLetter, DeadLetterSummary } from '../bus/consume.ts';
import { deadLetterBody, deadLetterHeaders, summaryOfLetter } from '../core/dead-letter.ts';
import type { Link } from './link.ts';
import { DEADLETTERS_STREAM } from './stream-configs.ts';
import { fromWire, toWire } from './wire-headers.ts';

/** Puts a letter into DEADLETTERS, once an hour at most. */
export async function parkLetter(link: Link, js: JetStreamClient, subject: string, letter: DeadLetter): Promise<void> {
  const headers = toWire(deadLetterHeaders(letter));
  headers.set('Nats-Msg-Id', `${subject}/${letter.stream}/${letter.sequence}`);
  await link.retry('parking a message', () => js.publish(subject, deadLetterBody(letter), { headers }));
}

/** Looked back at most so far for each letter asked for: old ones are removed from the front, single ones rarely. */
const GAPS = 20;

/** At most `limit` letters of DEADLETTERS, the newest first. */
export async function readLetters(link: Link, jsm: JetStreamManager, limit: number): Promise<DeadLetterSummary[]> {
  const what = 'reading the dead letters';
  const { state } = await link.retry(what, () => jsm.streams.info(DEADLETTERS_STREAM));
  const first = Math.max(state.first_seq, state.last_seq - limit * GAPS + 1, 1);
  const found: DeadLetterSummary[] = [];
  for (let seq = state.last_seq; seq >= first && found.length < limit && state.messages > 0; seq -= 1) {
    const message = await link.retry(what, () => jsm.streams.getMessage(DEADLETTERS_STREAM, { seq }));
    if (message !== null) found.push(summaryOfLetter(fromWire(message.header), message.time.getTime()));
  }
  return found;
}
