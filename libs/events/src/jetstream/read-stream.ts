import { DeliverPolicy, type Consumer, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { isStreamNotFound } from './ensure-streams.ts';
import type { Link } from './link.ts';
import { storedOf } from './wire-headers.ts';

const BATCH = 256;
/** What is not there by then was erased meanwhile. */
const EXPIRES_MS = 2_000;

/** The next messages; `isLast`: the server has no more at the moment. */
async function fetchFrom(consumer: Consumer): Promise<{ found: StoredMessage[]; isLast: boolean }> {
  const found: StoredMessage[] = [];
  const messages = await consumer.fetch({ max_messages: BATCH, expires: EXPIRES_MS });
  for await (const message of messages) {
    found.push(storedOf(message));
    if (message.info.pending === 0) {
      messages.stop();
      return { found, isLast: true };
    }
  }
  return { found, isLast: found.length === 0 };
}

/** A stream as it stands now, batch by batch, whatever happens to it meanwhile. @throws NatsUnreachable */
export async function* readStream(
  { link, js, jsm }: { readonly link: Link; readonly js: JetStreamClient; readonly jsm: JetStreamManager },
  stream: string,
): AsyncGenerator<StoredMessage> {
  const what = `reading ${stream}`;
  try {
    const { state } = await link.retry(what, () => jsm.streams.info(stream));
    if (state.messages === 0) return;
    for (let next = 1; next <= state.last_seq;) {
      const start = { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: next };
      const { found, isLast } = await link.retry(what, async () => {
        const consumer = await js.consumers.get(stream, start);
        try {
          return await fetchFrom(consumer);
        } finally {
          // One that is left behind ends by itself.
          if (!link.restricted) consumer.delete().catch(() => undefined);
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
