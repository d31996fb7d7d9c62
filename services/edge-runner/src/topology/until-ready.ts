import { watch } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../runtime/process/files.ts';

/** `postmaster.pid`, line 8: the state (`starting`, `ready   `, …; PostgreSQL's pidfile.h). */
const isReady = (content: string): boolean => content.split('\n')[7]?.trim() === 'ready';

/** Resolves when the server that works in this folder says that it takes connections; woken by the file system. */
export function untilServerReady(dataDir: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () =>
      void readIfThere(join(dataDir, 'postmaster.pid')).then((content) => {
        if (isReady(content ?? '')) resolve();
      }, reject);
    const watcher = watch(dataDir, { signal }, look);
    watcher.once('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    look();
  });
}
