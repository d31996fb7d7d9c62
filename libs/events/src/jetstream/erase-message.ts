import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { Link } from './link.ts';

/** Overwrites a message on the server's disk, too. One that is gone already is no error. */
export async function eraseMessage(link: Link, jsm: JetStreamManager, stream: string, sequence: number): Promise<void> {
  await link.retry(`erasing message ${sequence} of ${stream}`, async () => {
    try {
      await jsm.streams.deleteMessage(stream, sequence, true);
    } catch (error) {
      // A missing message has several codes, by where in the stream it was; one of them (10057) is that of any other failure, too.
      if (!(error instanceof JetStreamApiError)) throw error;
      if ((await jsm.streams.getMessage(stream, { seq: sequence })) !== null) throw error;
    }
  });
}
