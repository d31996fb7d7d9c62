import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';
import { ownLabels } from './labels.ts';

/**
 * A process started under util-linux' `flock --no-fork <file>` holds the exclusive lock of the file until it dies, however
 * it dies: so its end can be seen by processes that are not its parent. This is `flock`'s exit code when somebody else has
 * the lock (ours to choose: `-E`).
 */
export const LOCK_BUSY = 75;
/** Nothing to wait for: the kernel answers at once, on a machine that works at all. */
const ASK_TIMEOUT_MS = 10_000;

/** Exit code of `flock <options> <file> true`; rejects with the signal's reason. */
async function flock(options: readonly string[], file: string, signal?: AbortSignal): Promise<number | null> {
  signal?.throwIfAborted();
  const child = spawn('flock', [...options, file, 'true'], {
    stdio: 'ignore',
    // Not the whole environment: this may outlive its parent, which may hold secrets.
    env: { ...ownLabels(), PATH: process.env['PATH'] },
  });
  const stop = (): unknown => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signal?.throwIfAborted();
    return code;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** True while a process started under this lock file (or a child that inherited the lock) lives. */
export async function isLocked(file: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  // Shared, like the watchers' below: askers and watchers do not look like holders to one another.
  const options = ['-s', '-n', '-E', String(LOCK_BUSY)];
  return (await flock(options, file, AbortSignal.timeout(ASK_TIMEOUT_MS))) === LOCK_BUSY;
}

/**
 * Resolves the moment nobody holds the exclusive lock: `flock` blocks in the kernel, which frees the lock at its last
 * holder's death, so this tells of the end of processes that are not our children without polling. Rejects with the
 * signal's reason.
 * @throws BenchbusError LOCK_UNREADABLE
 */
export async function untilUnlocked(file: string, signal?: AbortSignal): Promise<void> {
  const code = await flock(['-s'], file, signal);
  if (code === 0) return;
  throw new BenchbusError({ code: 'LOCK_UNREADABLE', message: `flock ended with ${code}`, where: file });
}

/** Pid of who took the exclusive lock on `file`, from /proc/locks (proc(5)); devices are not compared: overlays lie. */
export function lockHolder(file: string): number | undefined {
  let inode: number;
  try {
    inode = statSync(file).ino;
  } catch {
    return undefined;
  }
  for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
    const [, kind, , access, pid, where] = line.trim().split(/\s+/); // `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF`
    if (kind === 'FLOCK' && access === 'WRITE' && where?.split(':')[2] === String(inode)) return Number(pid);
  }
  return undefined;
}
