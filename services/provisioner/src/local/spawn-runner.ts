import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { LOCK_BUSY } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { LOCK, STDERR, STDOUT } from './node-folder.ts';

/**
 * Starts the runner in its own session, so that it survives us, holding `runner.lock` until it dies: `flock --no-fork`
 * becomes the command, so the child's pid is the runner's. A second start while one lives ends with LOCK_BUSY.
 */
export async function spawnRunner(
  dir: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const out = openSync(join(dir, STDOUT), 'a', 0o600);
  const err = openSync(join(dir, STDERR), 'a', 0o600);
  crashPoint('before.runner-spawn');
  try {
    // 2 s: a watcher or the dying predecessor may hold the lock for a moment.
    const args = ['--no-fork', '-w', '2', '-E', String(LOCK_BUSY), join(dir, LOCK), ...command];
    const child = spawn('flock', args, { cwd: dir, env, detached: true, stdio: ['ignore', out, err] });
    await once(child, 'spawn');
    crashPoint('after.runner-spawn');
    child.unref();
    return child;
  } catch (error) {
    throw new BenchbusError({
      code: 'RUNNER_START_FAILED',
      message: `flock could not be started: ${error instanceof Error ? error.message : String(error)}`,
      where: dir,
      hint: 'apt-get install util-linux',
    });
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

const TAIL_BYTES = 4096;

/** The last lines of a file, at most `lines`; empty if there is none. */
export function tailOf(path: string, lines = 15): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, TAIL_BYTES);
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    closeSync(file);
  }
}
