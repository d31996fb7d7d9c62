import { isLocked } from '@benchbus/processes';
import { readIfThere } from '../process/files.ts';
import type { ServerFiles } from './server-files.ts';
import { recordSharedMemory } from './shared-memory.ts';
import { parsePidFile } from './start.ts';

/** Records the shared memory of a server that runs: parallel queries and grown statistics add to it over time. */
export async function refreshSharedMemory(files: ServerFiles): Promise<void> {
  if (!(await isLocked(files.serverLock))) return;
  const { pid } = parsePidFile((await readIfThere(files.pidFile)) ?? '');
  if (pid > 0) await recordSharedMemory(pid, files.shm);
}
