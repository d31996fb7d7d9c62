import { gunzipSync, gzipSync } from 'node:zlib';
import type { StoredMessage } from '../envelope/stored-message.ts';

/** Stored messages as JSON lines, gzipped: headers and bodies as they were, without the server's own headers. */
export function recordingOf(stored: readonly StoredMessage[]): Uint8Array {
  const lines = stored.map(({ subject, sequence, headers, body }) => {
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('nats-')));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return `${JSON.stringify({ subject, sequence, headers: kept, body: text })}\n`;
  });
  return gzipSync(lines.join(''), { level: 9 });
}

type Line = Omit<StoredMessage, 'body'> & { readonly body: string };

/** The reverse of `recordingOf`. */
export const readRecording = (file: Uint8Array): StoredMessage[] =>
  new TextDecoder()
    .decode(gunzipSync(file))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { body, ...rest } = JSON.parse(line) as Line;
      return { ...rest, body: new TextEncoder().encode(body) };
    });
