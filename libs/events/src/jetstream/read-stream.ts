import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { isStreamNotFound } from './ensure-streams.ts';
import type { Link } from './link.ts';
import { storedOf } from './wire-headers.ts';

/** A stream as it stands now, message by message, by an ordered consumer: nothing of it is kept in memory. */
export async function* readStream(
  parts: { readonly link: Link; readonly js: JetStreamClient; readonly jsm: JetStreamManager },
  stream: string,
): AsyncGenerator<StoredMessage> {
  const { link, js, jsm } = parts;
  const last = await link.retry(`reading ${stream}`, async () => {
    try {
      const { state } = await jsm.streams.info(stream);
      return state.messages === 0 ? 0 : state.last_seq;
    } catch (error) {
      if (isStreamNotFound(error)) return 0;
      throw error;
    }
  });
  if (last === 0) return;
  const consumer = await link.retry(`reading ${stream}`, () => js.consumers.get(stream));
  const messages = await consumer.consume();
  try {
    for await (const message of messages) {
      yield storedOf(message);
      // The last one may be erased meanwhile: then nothing is pending behind this one.
      if (message.seq >= last || message.info.pending === 0) return;
    }
  } finally {
    await messages.close();
  }
}
