import type { JetStreamClient } from '@nats-io/jetstream';
import type { DeadLetter } from '../bus/consume.ts';
import { deadLetterBody, deadLetterHeaders } from '../core/dead-letter.ts';
import type { Link } from './link.ts';
import { toWire } from './wire-headers.ts';

/** Puts a letter into DEADLETTERS, once an hour at most. */
export async function parkLetter(link: Link, js: JetStreamClient, subject: string, letter: DeadLetter): Promise<void> {
  const headers = toWire(deadLetterHeaders(letter));
  headers.set('Nats-Msg-Id', `${subject}/${letter.stream}/${letter.sequence}`);
  await link.retry('parking a message', () => js.publish(subject, deadLetterBody(letter), { headers }));
}
