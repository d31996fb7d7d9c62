import { watch } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';

export interface FollowFileOptions {
  /** Where to begin: `end` leaves out what is there already. */
  readonly from: 'start' | 'end';
  readonly onLine: (line: string) => void;
  /** So many bytes were passed over, because the file grew faster than it may be read. */
  readonly onSkipped: (bytes: number) => void;
  /** At most one look so often, in ms, and so many bytes a look: what reading may cost beside a measurement. */
  readonly everyMs?: number;
  readonly maxBytes?: number;
}

/** How far behind the end reading may be before it jumps, in looks. */
const LOOKS_BEHIND = 8;

/**
 * Follows what is appended to a file, line by line. Woken by the file system (inotify), so it costs nothing while nothing is
 * written; a file that grows fast is read in parts. The file is created where it is missing; a truncated one is read anew.
 */
export async function followFile(file: string, options: FollowFileOptions): Promise<{ stop(): Promise<void> }> {
  const { from, onLine, onSkipped, everyMs = 250, maxBytes = 64 * 1024 } = options;
  await writeFile(file, '', { flag: 'a', mode: 0o644 });
  const handle = await open(file, 'r');
  const buffer = Buffer.alloc(maxBytes);
  let position = from === 'end' ? (await handle.stat()).size : 0;
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let woken = false;
  let stopped = false;

  /** True: there is more. */
  const look = async (): Promise<boolean> => {
    const { size } = await handle.stat();
    if (size < position) position = 0;
    if (size - position > LOOKS_BEHIND * maxBytes) {
      onSkipped(size - position - maxBytes + Buffer.byteLength(rest));
      position = size - maxBytes;
      rest = '';
    }
    const { bytesRead } = await handle.read(buffer, 0, maxBytes, position);
    position += bytesRead;
    const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
    rest = lines.pop() ?? '';
    // A line longer than a look is handed over in pieces: nothing grows without bound.
    if (rest.length > maxBytes) {
      lines.push(rest);
      rest = '';
    }
    for (const line of lines) if (line.trim() !== '') onLine(line);
    return position < size;
  };
  const wake = (): void => {
    woken = true;
    if (stopped || looking !== undefined || timer !== undefined) return;
    woken = false;
    looking = look()
      .catch(() => false) // the folder is being destroyed: a log line is not worth an error
      .then((more) => {
        looking = undefined;
        if (stopped) return;
        // The pause is what bounds the cost; a wake-up meanwhile is remembered.
        timer = setTimeout(() => {
          timer = undefined;
          if (woken || more) wake();
        }, everyMs).unref();
      });
  };
  const watcher = watch(file, { persistent: false }, wake);
  watcher.on('error', () => undefined);
  wake();
  return {
    stop: async () => {
      stopped = true;
      watcher.close();
      clearTimeout(timer);
      await looking;
      await look().catch(() => false); // the last words
      await handle.close().catch(() => undefined);
    },
  };
}
