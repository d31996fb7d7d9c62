import { namedEffect } from '@benchbus/service';
import { isLocked, untilUnlocked } from '@benchbus/processes';
import { readIfThere } from '../process/files.ts';
import type { ServerFiles } from './server-files.ts';
import { parsePidFile } from './start.ts';

/** Immediate shutdown (SIGQUIT): nothing is worth keeping, and it leaves no shared memory behind. Waits for the end. */
export async function stopServer(files: ServerFiles, signal: AbortSignal): Promise<void> {
  if (!(await isLocked(files.serverLock))) return;
  const { pid } = parsePidFile((await readIfThere(files.pidFile)) ?? '');
  await namedEffect('postgres-stop', () => {
    if (pid > 0) process.kill(pid, 'SIGQUIT');
    return untilUnlocked(files.serverLock, signal);
  });
}
