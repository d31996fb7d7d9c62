import { z } from 'zod';
import type { DeadLetter, ParkedLetter } from '../bus/consume.ts';
import { issuesOf, jsonOf, whereOf } from '../envelope/attributes.ts';
import { UnreadableMessage } from '../envelope/refused.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { Letters, LetterStore } from './letters.ts';

/** Where nats-server reports a message that a consumer was handed as often as it may be, in vain. */
export const exhaustedSubject = (stream: string, consumer: string): string =>
  `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${stream}.${consumer}`;

const advisory = z.object({ stream: z.string(), consumer: z.string(), stream_seq: z.int(), deliveries: z.int() });
export type Advisory = z.output<typeof advisory>;

/** @throws UnreadableMessage */
export function readAdvisory(stored: StoredMessage): Advisory {
  const parsed = advisory.safeParse(jsonOf(stored));
  if (parsed.success) return parsed.data;
  throw new UnreadableMessage('ADVISORY_INVALID', issuesOf(parsed.error), whereOf(stored));
}

export interface Parking {
  readonly letters: Letters;
  readonly store: LetterStore;
  readonly by: { readonly service: string; readonly consumer: string };
  readonly onParked: ((letter: ParkedLetter) => Promise<void>) | undefined;
}

/** Parks what the server gave up: whoever handled it died before it could park it itself. */
export async function parkExhausted(
  { letters, store, by, onParked }: Parking,
  { stream, stream_seq: sequence, deliveries }: Advisory,
): Promise<void> {
  const message = await store.message(stream, sequence);
  if (message === undefined) return;
  const redriven = stream === 'DEADLETTERS';
  const original = redriven ? await letters.redriven(message) : { ...message, stream };
  if (original === undefined) return;
  const letter: DeadLetter = {
    ...original,
    problem: {
      code: 'REDELIVERIES_EXHAUSTED',
      message: `${by.consumer} was handed it ${deliveries} times, and did not come to an end with it once`,
      where: `${original.subject} @ ${original.sequence}`,
      hint: `the processes that handled it died or hung: look into the logs of ${by.service}`,
    },
    stack: '',
    attempts: deliveries,
  };
  const parked = await letters.park(by, letter, redriven ? sequence : 0);
  await onParked?.(parked);
}
