import { open, stat } from 'node:fs/promises';

/** How much of the server's log one problem may quote. */
const LINES = 6;
const BYTES = 64 * 1024;

export const logSize = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

/** The telling lines of a server's log: errors with their hints, without time and process id. */
export function tellingLines(log: string): string[] {
  const lines = log.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''));
  const telling = lines.filter((line) => /^(LOG|FATAL|ERROR|PANIC|DETAIL|HINT|WARNING): {2}/.test(line));
  const errors = telling.filter((line) => !/^LOG: {2}(starting PostgreSQL|listening on|database system)/.test(line));
  return (errors.length > 0 ? errors : lines.filter((line) => line !== '')).slice(-LINES);
}

/** What the server said from byte `from` on. */
export async function logSince(file: string, from: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(BYTES), position: from });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
