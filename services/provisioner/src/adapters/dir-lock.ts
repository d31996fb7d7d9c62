import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BenchbusError } from '@benchbus/events';
import { LOCK_BUSY } from '@benchbus/processes';

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
