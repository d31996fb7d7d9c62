import { connect } from 'node:net';
import { z } from 'zod';

const info = z.object({ version: z.string(), max_payload: z.number(), jetstream: z.boolean().optional() });
export type NatsInfo = z.infer<typeof info>;

/** First line of the NATS protocol: `INFO {json}`; undefined if the line is something else. */
export function parseInfo(line: string): NatsInfo | undefined {
  if (!line.startsWith('INFO ')) return undefined;
  try {
    return info.safeParse(JSON.parse(line.slice(5))).data;
  } catch {
    return undefined; // another protocol on that port
  }
}

/** TCP address of a URL such as `nats://user:pw@host:4222` (the first, of several). */
export function addressOf(url: string, port: number): { readonly host: string; readonly port: number } {
  const first = url.split(',')[0] ?? '';
  const parsed = new URL(first.includes('://') ? first : `nats://${first}`);
  return { host: parsed.hostname, port: parsed.port === '' ? port : Number(parsed.port) };
}

/** Connects and resolves with the first line the server sends; '' for `lines: false` as soon as it is connected. */
export function greet(address: { host: string; port: number }, lines: boolean, timeoutMs = 3_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    let text = '';
    const finish = (act: () => void): void => {
      socket.destroy();
      act();
    };
    socket.setTimeout(timeoutMs, () => finish(() => reject(new Error(`no answer within ${timeoutMs} ms`))));
    socket.once('error', (error) => finish(() => reject(error)));
    socket.once('end', () => finish(() => reject(new Error('the connection was closed'))));
    socket.once('connect', () => (lines ? undefined : finish(() => resolve(''))));
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (lines && end >= 0) finish(() => resolve(text.slice(0, end).trim()));
    });
  });
}
