import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, existsSync, watch } from 'node:fs';

/** Keeps the log of the stack's previous life beside the new one. */
export function rotate(file: string): void {
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/** The file's last lines, for a message about why its process ended. */
export function lastLines(file: string, count: number): string[] {
  try {
    const text = readFileSync(file, 'utf8');
    return text.trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

/** Missed notifications (file systems without inotify): look again this often, as long as somebody waits. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Resolves with the first whole line after `offset` for which `match` returns something; rejects with the signal's reason.
 * Children write to files, not pipes, so that they do not depend on us reading; the kernel notifies us of every write.
 */
export function waitForLine<T>(
  file: string,
  offset: number,
  match: (line: string) => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const descriptor = openSync(file, 'r');
    let position = offset;
    let rest = Buffer.alloc(0);
    const finish = (act: () => void): void => {
      watcher.close();
      clearInterval(again);
      signal.removeEventListener('abort', onAbort);
      closeSync(descriptor);
      act();
    };
    const onAbort = (): void => finish(() => reject(signal.reason as Error));
    const look = (): void => {
      const chunk = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position));
      position += readSync(descriptor, chunk, 0, chunk.length, position);
      const parts = Buffer.concat([rest, chunk]);
      const end = parts.lastIndexOf(10) + 1;
      rest = parts.subarray(end);
      for (const line of parts.subarray(0, end).toString('utf8').split('\n')) {
        const found = match(line);
        if (found !== undefined) return finish(() => resolve(found));
      }
    };
    const watcher = watch(file, look);
    const again = setInterval(look, LOOK_AGAIN_MS);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look();
  });
}
