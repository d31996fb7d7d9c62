import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { BenchbusError, findNatsServer } from '@benchbus/events';
import { findPrograms, findValkey } from '../stack/programs.ts';
import { parseVersion, versionOf } from '../stack/program-version.ts';
import type { Check, Finding } from './check.ts';

const BOOTSTRAP = 'node tools/bootstrap.mjs installs it (as root on Debian)';

export const nodeVersion: Check = async () => {
  const major = Number(parseVersion(process.version)?.split('.')[0]);
  const base = { name: 'Node', found: `${process.version} at ${process.execPath}` };
  return major >= 24
    ? { ...base, status: 'ok' }
    : { ...base, status: 'fail', hint: 'start it with `npx benchbus`, which uses Node 24' };
};

export const natsServer =
  (env: NodeJS.ProcessEnv): Check =>
  async () => {
    const name = 'nats-server program';
    try {
      const path = await findNatsServer(env);
      return { name, status: 'ok', found: `${(await versionOf(path)) ?? 'unknown version'} at ${path}` };
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      const hint = error.hint ?? BOOTSTRAP;
      return { name, status: 'fail', found: error.message, hint };
    }
  };

export const valkey =
  (env: NodeJS.ProcessEnv): Check =>
  async () => {
    const path = findValkey(env);
    const name = 'Valkey';
    if (path === undefined)
      return { name, status: 'fail', found: 'neither valkey-server nor redis-server', hint: BOOTSTRAP };
    return { name, status: 'ok', found: `${(await versionOf(path)) ?? 'unknown version'} at ${path}` };
  };

function postgresFolders(): string[] {
  try {
    return readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return []; // not Debian's layout: the PATH decides
  }
}

/** A program the target `local` uses: without it other targets still work. */
export const localProgram =
  (program: string, what: string, env: NodeJS.ProcessEnv): Check =>
  async () => {
    const path = findPrograms([program], env, postgresFolders())[0];
    const name = what;
    if (path === undefined)
      return { name, status: 'warn', found: `no ${program}`, hint: `needed for target local; ${BOOTSTRAP}` };
    return { name, status: 'ok', found: `${(await versionOf(path)) ?? 'unknown version'} at ${path}` };
  };

/** The nodes of target `local` live on addresses of 127.64.0.0/10. */
export const loopback: Check = () =>
  new Promise<Finding>((resolve) => {
    const name = 'loopback addresses';
    const server = createServer();
    server.once('error', (error) =>
      resolve({
        name,
        status: 'warn',
        found: `127.64.0.1 cannot be bound: ${error.message}`,
        hint: 'target local needs Linux',
      }),
    );
    server.listen(0, '127.64.0.1', () =>
      server.close(() => resolve({ name, status: 'ok', found: '127.64.0.1 can be bound' })),
    );
  });

const WANTED_FILES = 20_000;
const FEWEST_FILES = 1_024;

/** @param limits content of /proc/self/limits */
export function judgeOpenFiles(limits: string): Finding {
  const name = 'open files';
  const text = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (text === undefined) return { name, status: 'warn', found: 'the limit is unknown', hint: 'see `ulimit -Hn`' };
  const hard = text === 'unlimited' ? Infinity : Number(text);
  const found = `at most ${text}`;
  const hint = `raise the hard limit to ${WANTED_FILES} (ulimit -Hn)`;
  if (hard >= WANTED_FILES) return { name, status: 'ok', found };
  return { name, status: hard < FEWEST_FILES ? 'fail' : 'warn', found, hint };
}

export const openFiles: Check = async () => {
  try {
    return judgeOpenFiles(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return judgeOpenFiles(''); // not Linux
  }
};
