import { open, stat } from 'node:fs/promises';

const MOST_BYTES = 64 * 1024;

export const logSize = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

/** What a log has from byte `from` on, the end of it; empty where there is none. */
export async function logEnd(file: string, from: number): Promise<string> {
  const size = await logSize(file);
  if (size <= from) return '';
  const handle = await open(file, 'r');
  try {
    const position = Math.max(from, size - MOST_BYTES);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - position), position });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
