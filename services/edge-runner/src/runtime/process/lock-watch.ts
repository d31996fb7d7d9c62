import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';
import { ownLabels, runProgram } from './run-program.ts';

/** flock's own answer when somebody holds the lock (`-E`). */
export const LOCKED = 75;

/** True while a process started under this lock file (or a child that inherited it) lives. */
export async function isLocked(lockFile: string): Promise<boolean> {
  if (!existsSync(lockFile)) return false;
  const { code } = await runProgram({
    argv: ['flock', '-n', '-E', String(LOCKED), lockFile, 'true'],
    timeoutMs: 10_000,
  });
  return code === LOCKED;
}

/**
 * Resolves the moment nobody holds the lock: the kernel frees it when its last holder dies, so this tells of the end of
 * processes that are not our children without polling. Rejects with the signal's reason.
 */
export function untilUnlocked(lockFile: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn('flock', [lockFile, 'true'], {
      stdio: 'ignore',
      // Not the runner's whole environment: this may outlive it, and holds its secrets.
      env: { ...ownLabels(), PATH: process.env['PATH'] },
      ...(signal && { signal }),
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => reject(signal?.aborted ? (signal.reason as Error) : error));
    child.once('exit', (code) => {
      if (signal?.aborted) reject(signal.reason as Error);
      else if (code === 0) resolve();
      else reject(new BenchbusError({ code: 'LOCK_UNREADABLE', message: `flock ended with ${code}`, where: lockFile }));
    });
  });
}
