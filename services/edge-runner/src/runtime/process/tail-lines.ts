import { watch } from 'node:fs';
import { chown, open, writeFile } from 'node:fs/promises';
import type { LocalUser } from './local-user.ts';

/**
 * Hands over each complete line that is appended to a file, from its beginning, until stopped. Woken by the file system
 * (inotify), so it costs nothing while nothing is written. The file is created for `owner` if it is not there yet. A line is
 * `old` if it began before this call.
 */
export async function tailLines(
  file: string,
  owner: LocalUser,
  onLine: (line: string, old: boolean) => void,
): Promise<{ stop(): void }> {
  await writeFile(file, '', { flag: 'a' });
  if (owner.ids !== undefined) await chown(file, owner.ids.uid, owner.ids.gid);
  const handle = await open(file, 'r');
  const before = (await handle.stat()).size;
  let position = 0;
  const buffer = Buffer.alloc(64 * 1024);
  let rest = '';
  let reading: Promise<void> | undefined;
  let again = false;
  const read = async () => {
    do {
      again = false;
      for (let got = 1; got > 0;) {
        got = (await handle.read(buffer, 0, buffer.length, null)).bytesRead;
        const lines = (rest + buffer.toString('utf8', 0, got)).split(/[\r\n]/);
        rest = lines.pop() ?? '';
        const old = position < before;
        position += got;
        for (const line of lines) if (line !== '') onLine(line, old);
      }
    } while (again);
  };
  const wake = () => {
    again = true;
    // Progress is a courtesy: what cannot be read any more (the folder is being destroyed) is not worth an error.
    reading ??= read()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined;
        if (again) wake();
      });
  };
  const watcher = watch(file, wake);
  wake();
  return {
    stop: () => {
      watcher.close();
      const close = () => handle.close().catch(() => undefined);
      void (reading ?? Promise.resolve()).then(close);
    },
  };
}
