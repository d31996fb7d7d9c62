import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';

/** Exit code of `flock` when the lock was not to be had in time (ours to choose: -E). */
export const LOCK_BUSY = 75;

/** Pid of who holds the exclusive lock on `file` now, from /proc/locks (proc(5)); devices are not compared: overlays lie. */
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

/**
 * Resolves when nobody holds the exclusive lock on `file`: util-linux' `flock` blocks in the kernel, and the kernel frees
 * the lock at the holder's death, so this is the death of a process that is not our child, without polling.
 * Shared, so that watchers do not exclude one another. Rejects with the signal's reason.
 */
export async function lockFree(file: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = spawn('flock', ['-s', file, 'true'], { stdio: 'ignore' });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw new BenchbusError({ code: 'FLOCK_FAILED', message: `flock ended with ${code}`, where: file });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Runs `work` while this process holds the exclusive lock on a directory. The holder is a child that lives as long as its
 * stdin is open: if this process is killed, the pipe closes, the child ends, the kernel frees the lock.
 * @throws BenchbusError LOCK_BUSY after `waitMs`
 */
export async function withDirLock<T>(dir: string, waitMs: number, work: () => T | Promise<T>): Promise<T> {
  const args = [
    '--no-fork',
    '-w',
    String(waitMs / 1000),
    '-E',
    String(LOCK_BUSY),
    dir,
    'sh',
    '-c',
    'echo held; exec cat',
  ];
  const child = spawn('flock', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined); // the holder may be gone already when we let go
  try {
    const [what] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [unknown];
    if (!Buffer.isBuffer(what)) {
      throw new BenchbusError({
        code: what === LOCK_BUSY ? 'LOCK_BUSY' : 'FLOCK_FAILED',
        message: `the lock of ${dir} was not to be had (flock ended with ${String(what)})`,
        where: dir,
        hint:
          what === LOCK_BUSY
            ? 'another provisioner hangs while it takes a pool: look for its flock process'
            : 'is the folder readable, and util-linux installed?',
      });
    }
    return await work();
  } finally {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
    child.stdin.end();
    await gone;
  }
}
