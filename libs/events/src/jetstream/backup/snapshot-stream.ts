import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { BenchbusError } from '../../bus/errors.ts';
import { askApi, REFUSED_HINT } from './api.ts';
import type { StreamCopy } from './backup-files.ts';

const CHUNK_BYTES = 128 * 1024;
/** The server flushes and locks the stream before the first chunk. */
const SILENCE_MS = 60_000;

/**
 * Takes a snapshot of a stream (`$JS.API.STREAM.SNAPSHOT`) while it is in use, without its consumers: one that was taken a
 * moment later than the messages would be ahead of what it caused.
 * @param write each chunk, in order; the server waits for it
 * @param inboxPrefix where we may listen; default: anywhere
 */
export async function snapshotStream(
  nc: NatsConnection,
  stream: string,
  write: (chunk: Uint8Array) => Promise<void>,
  inboxPrefix?: string,
): Promise<StreamCopy> {
  const inbox = createInbox(inboxPrefix);
  const silence = new AbortController();
  const stalled = (message: string) =>
    new BenchbusError({ code: 'BACKUP_STALLED', message, hint: 'remove the folder, and begin again' });
  const silent = () => silence.abort(stalled(`the server sends nothing more of ${stream}`));
  const timer = setTimeout(silent, SILENCE_MS);
  const sub = nc.subscribe(inbox);
  silence.signal.addEventListener('abort', () => sub.unsubscribe());
  try {
    const request = { deliver_subject: inbox, no_consumers: true, chunk_size: CHUNK_BYTES };
    const copy = await askApi<StreamCopy>(nc, `STREAM.SNAPSHOT.${stream}`, request, SILENCE_MS);
    for await (const message of sub) {
      timer.refresh();
      const code = message.headers?.code ?? 0;
      if (message.data.length > 0) {
        await write(message.data);
        message.respond();
      } else if (code === 0 || code === 204) return { config: copy.config, state: copy.state };
      else {
        const why = message.headers?.description ?? '';
        throw new BenchbusError({ code: 'BACKUP_REFUSED', message: `${stream}: ${code} ${why}`, hint: REFUSED_HINT });
      }
    }
    silence.signal.throwIfAborted();
    throw stalled(`the connection ended before ${stream} was whole`);
  } finally {
    clearTimeout(timer);
    sub.unsubscribe();
  }
}
