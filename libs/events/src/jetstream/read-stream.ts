import { type Consumer, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { isStreamNotFound } from './ensure-streams.ts';
import type { Link } from './link.ts';
import { openFollower } from './open-follower.ts';
import { storedOf } from './wire-headers.ts';

const BATCH = 256;
/** What is not there by then was erased meanwhile. */
const EXPIRES_MS = 2_000;

/** From outside a service makes it for us, so one is made for many batches: `delivered` of it so far, to see a gap. */
interface Follower {
  readonly consumer: Consumer;
  readonly isChecked: boolean;
  delivered: number;
}

/** The next messages; `isLast`: the server has no more at the moment. @throws Error at a gap */
async function fetchFrom(follower: Follower): Promise<{ found: StoredMessage[]; isLast: boolean }> {
  const found: StoredMessage[] = [];
  const messages = await follower.consumer.fetch({ max_messages: BATCH, expires: EXPIRES_MS });
  for await (const message of messages) {
    follower.delivered += 1;
    if (follower.isChecked && message.info.deliverySequence !== follower.delivered)
      throw new Error('a message was lost');
    found.push(storedOf(message));
    if (message.info.pending === 0) {
      messages.stop();
      return { found, isLast: true };
    }
  }
  return { found, isLast: found.length === 0 };
}

/**
 * A stream as it stands now, batch by batch, whatever happens to it meanwhile.
 * @throws NatsUnreachable | BenchbusError FOLLOW_UNSERVED | FOLLOW_REFUSED
 */
export async function* readStream(
  { link, js, jsm }: { readonly link: Link; readonly js: JetStreamClient; readonly jsm: JetStreamManager },
  stream: string,
): AsyncGenerator<StoredMessage> {
  const what = `reading ${stream}`;
  let kept: Follower | undefined;
  try {
    const { state } = await link.retry(what, () => jsm.streams.info(stream));
    if (state.messages === 0) return;
    for (let next = 1; next <= state.last_seq;) {
      const { found, isLast } = await link.retry(what, async () => {
        const follower = kept ?? {
          consumer: await openFollower(link, js, { stream, subjects: [], from: next }),
          isChecked: link.outside,
          delivered: 0,
        };
        kept = undefined;
        try {
          const batch = await fetchFrom(follower);
          if (link.outside && batch.found.length === BATCH) kept = follower;
          return batch;
        } finally {
          // One that is left behind ends by itself.
          if (!link.restricted) follower.consumer.delete().catch(() => undefined);
        }
      });
      yield* found;
      next = (found.at(-1)?.sequence ?? next) + 1;
      if (isLast) return;
    }
  } catch (error) {
    if (!isStreamNotFound(error)) throw error;
  }
}
