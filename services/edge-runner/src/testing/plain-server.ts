import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findByEnvironment, signalProcess, waitForDeath } from '@benchbus/processes';
import { freePort } from '@benchbus/service/testing';
import { findBinaries, psql } from '../runtime/postgres/index.ts';
import { resolveLocalUser } from '../runtime/process/local-user.ts';
import { runProgram } from '../runtime/process/run-program.ts';

const byte = () => 1 + Math.floor(Math.random() * 250);

/** A PostgreSQL of the test's own that benchbus did not set up, at a loopback address of its own; role and database `owner`. */
export async function startPlainServer(password: string) {
  const bin = await findBinaries({ version: 'installed', programs: ['postgres', 'initdb', 'psql'] });
  const user = await resolveLocalUser(undefined);
  const dir = await mkdtemp(join(tmpdir(), 'benchbus-plain-'));
  await chmod(dir, 0o700);
  if (user.ids !== undefined) await chown(dir, user.ids.uid, user.ids.gid);
  const host = `127.200.${byte()}.${byte()}`;
  const port = await freePort(host);
  const data = join(dir, 'data');
  await writeFile(join(dir, 'pw'), `${password}\n`);
  const initdb = ['-D', data, '-U', 'owner', '--auth=scram-sha-256', `--pwfile=${join(dir, 'pw')}`, '--encoding=UTF8'];
  const { code, stderr } = await runProgram({ argv: [join(bin, 'initdb'), ...initdb], user, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(stderr);
  const connection = { host, port, user: 'owner', database: 'postgres' };
  /** What all of its processes carry. */
  const labels = { BENCHBUS_TEST_SERVER: dir };
  let child: ChildProcess | undefined;

  const ask = (sql: string) => psql({ bin, connection, password }, sql);
  const answering = async () => {
    for (const deadline = Date.now() + 20_000; ;)
      try {
        return void (await ask('SELECT 1'));
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
  };
  const start = async () => {
    const settings = { listen_addresses: host, port, unix_socket_directories: '', shared_buffers: '16MB' };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
      stdio: 'ignore',
      cwd: dir,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', ...labels },
      ...user.ids,
    });
    await answering();
  };
  const gone = async () => {
    if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  await start();
  return {
    bin,
    connection,
    password,
    user,
    ask,
    start,
    /** kill -9 of all of it; its shared memory stays until it is started again. */
    kill: async () => {
      const all = findByEnvironment(labels);
      for (const one of all) signalProcess(one, 'SIGKILL');
      await waitForDeath(all, 10_000);
    },
    stop: async () => {
      child?.kill('SIGINT');
      await gone();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type PlainServer = Awaited<ReturnType<typeof startPlainServer>>;
