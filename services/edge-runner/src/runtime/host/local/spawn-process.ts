import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { LOCK_BUSY } from '@benchbus/processes';
import type { LocalUser } from '../../process/local-user.ts';
import type { ProcessFiles } from '../process-files.ts';

/** Servers with many clients need many files; `su` and containers often give 1024. */
const START = 'ulimit -Sn 20000 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"; exec "$@"';

export interface Spawned {
  readonly pid: number | undefined;
  /** Resolves with the exit code, undefined after a signal; LOCK_BUSY: another one runs. */
  readonly gone: Promise<number | undefined>;
  isOver(): boolean;
}

/** Starts a program that outlives the runner: its own session, only files as its outputs, under the process's lock. */
export function spawnProcess(
  files: ProcessFiles,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  user: LocalUser,
): Spawned {
  const log = openSync(files.log, 'a', 0o644);
  // 2 s: whoever asks whether it runs holds the lock for a moment.
  const flock = ['--no-fork', '-w', '2', '-E', String(LOCK_BUSY), files.lock, 'sh', '-c', START, 'benchbus-process'];
  const child = spawn('flock', [...flock, ...argv], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: files.home,
    env,
    ...user.ids,
  });
  closeSync(log);
  child.unref();
  const gone = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? undefined));
  });
  gone.catch(() => undefined);
  return { pid: child.pid, gone, isOver: () => child.exitCode !== null || child.signalCode !== null };
}
