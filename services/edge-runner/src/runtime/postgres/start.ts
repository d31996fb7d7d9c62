import { spawn } from 'node:child_process';
import { closeSync, openSync, watch } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { bindProblem, isLocked, LOCK_BUSY, portHolder, untilUnlocked } from '@benchbus/processes';
import { crashPoint } from '@benchbus/service';
import { readIfThere } from '../process/files.ts';
import { logSince, logSize, tellingLines } from './server-log.ts';
import type { ServerSpec } from './server-spec.ts';

const START = 'ulimit -Sn 20000 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"; exec "$@"';

/** `postmaster.pid`: line 1 the pid, line 8 the state (`starting`, `ready   `, …; PostgreSQL's pidfile.h). */
export function parsePidFile(content: string): { pid: number; ready: boolean } {
  const lines = content.split('\n');
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
}

async function requireFreePort({ conf: { address, port } }: ServerSpec): Promise<void> {
  const problem = await bindProblem(address, port);
  if (problem === undefined) return;
  const where = `${address}:${port}`;
  if (problem !== 'EADDRINUSE') {
    throw new BenchbusError({ code: 'ADDRESS_NOT_USABLE', message: `cannot listen on ${where}: ${problem}`, where });
  }
  throw new BenchbusError({
    code: 'ADDRESS_IN_USE',
    message: `${where} is taken by ${portHolder(address, port) ?? 'an unknown socket'}`,
    where,
    hint: 'stop that process; one that listens on all addresses (0.0.0.0 or ::) takes the port of every node',
  });
}

/** Resolves when the server, our child, has ended. */
function spawnServer({ bin, files, user, labels }: ServerSpec): Promise<void> {
  const log = openSync(files.log, 'a', 0o644);
  const flock = ['--no-fork', '-n', '-E', String(LOCK_BUSY), files.serverLock, 'sh', '-c', START, 'postgres'];
  // Its own session and only files as its outputs: it outlives the runner.
  const child = spawn('flock', [...flock, join(bin, 'postgres'), '-D', files.data], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: files.home,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', ...labels },
    ...user.ids,
  });
  closeSync(log);
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

/** Resolves with the postmaster's pid when it says that it is ready; woken by the file system, not by a clock. */
function untilReady({ files }: ServerSpec, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = () =>
      void readIfThere(files.pidFile).then((content) => {
        const { pid, ready } = parsePidFile(content ?? '');
        if (ready) resolve(pid);
      }, reject);
    const watcher = watch(files.data, { signal }, look);
    watcher.once('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    look();
  });
}

async function startFailed(spec: ServerSpec, from: number, gone: Promise<void>): Promise<never> {
  await gone;
  const said = tellingLines(await logSince(spec.files.log, from));
  throw new BenchbusError({
    code: said.some((line) => line.includes('Address already in use')) ? 'ADDRESS_IN_USE' : 'DATABASE_START_FAILED',
    message: said.join('\n') || 'PostgreSQL ended without a word',
    where: `${spec.conf.address}:${spec.conf.port}`,
    hint: 'see the postgres settings of the suite',
  });
}

/**
 * Starts the server if it does not run yet, and waits until it takes connections. Returns the postmaster's pid.
 * @throws BenchbusError ADDRESS_IN_USE | ADDRESS_NOT_USABLE | DATABASE_START_FAILED with the server's own words
 */
export async function startServer(spec: ServerSpec, signal: AbortSignal): Promise<number> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  try {
    if (await isLocked(spec.files.serverLock)) {
      const gone = untilUnlocked(spec.files.serverLock, both);
      return await Promise.race([untilReady(spec, both), startFailed(spec, 0, gone)]);
    }
    await requireFreePort(spec);
    await spec.mayCreate();
    const from = await logSize(spec.files.log);
    crashPoint('before.postgres-start');
    const failed = startFailed(spec, from, spawnServer(spec));
    failed.catch(() => undefined);
    crashPoint('after.postgres-start');
    return await Promise.race([untilReady(spec, both), failed]);
  } finally {
    over.abort();
  }
}
