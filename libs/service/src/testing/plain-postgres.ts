import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const ROOT = '/usr/lib/postgresql';

/** As root, the ids of `postgres`, because PostgreSQL refuses root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = execFileSync('getent', ['passwd', 'postgres'], { encoding: 'utf8' }).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function newestBin(): string {
  const versions = readdirSync(ROOT).filter((name) => /^\d+$/.test(name));
  return join(ROOT, String(Math.max(...versions.map(Number))), 'bin');
}

/** Everything that carries the label, its children included, which have sessions of their own. */
function labelled(label: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(label) ? [Number(name)] : [];
    } catch {
      return []; // it ended, or is somebody else's
    }
  });
}

const byte = () => 1 + Math.floor(Math.random() * 250);

/**
 * A PostgreSQL of the test's own that benchbus did not set up; the role `owner` may all.
 * @param host where it listens: a loopback address of its own, unless others (containers) have to reach it
 */
export async function startPlainPostgres(password: string, host = `127.200.${byte()}.${byte()}`) {
  const bin = newestBin();
  const ids = unprivileged();
  const dir = await mkdtemp(join(tmpdir(), 'benchbus-plain-'));
  if (ids !== undefined) await chown(dir, ids.uid, ids.gid);
  await chmod(dir, 0o700);
  const port = await freePort(host);
  const data = join(dir, 'data');
  const label = `BENCHBUS_TEST_SERVER=${dir}`;
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', BENCHBUS_TEST_SERVER: dir };
  await writeFile(join(dir, 'pw'), `${password}\n`);
  if (ids !== undefined) await chown(join(dir, 'pw'), ids.uid, ids.gid);
  const options = ['-D', data, '-U', 'owner', '--auth=scram-sha-256', `--pwfile=${join(dir, 'pw')}`, '--encoding=UTF8'];
  execFileSync(join(bin, 'initdb'), options, { cwd: dir, env, stdio: 'ignore', ...ids });
  await appendFile(join(data, 'pg_hba.conf'), 'host all all 0.0.0.0/0 scram-sha-256\n');
  const connection = { host, port, user: 'owner', database: 'postgres' };
  let child: ChildProcess | undefined;

  const run = (program: 'psql' | 'pg_dump', args: readonly string[]): string =>
    execFileSync(join(bin, program), args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env,
        PGHOST: host,
        PGPORT: String(port),
        PGUSER: 'owner',
        PGDATABASE: 'postgres',
        PGPASSWORD: password,
      },
    });
  const ask = (sql: string): string => run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', sql]).trim();
  const start = () => {
    const settings = { listen_addresses: host, port, unix_socket_directories: '', shared_buffers: '16MB' };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn(join(bin, 'postgres'), ['-D', data, ...args], { stdio: 'ignore', cwd: dir, env, ...ids });
    for (const deadline = Date.now() + 20_000; ;)
      try {
        return void ask('SELECT 1');
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
  };
  const gone = async () => {
    if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  start();
  return {
    connection,
    password,
    /** One statement or several; unaligned, tuples only. */
    ask,
    /** All of the database as text, without what differs from call to call. */
    dump: (): string => run('pg_dump', []).replaceAll(/^\\(?:un)?restrict .*$/gm, ''),
    start,
    /** kill -9 of all of it; what it leaves in shared memory goes when it is started again. */
    kill: async () => {
      for (const pid of labelled(label)) process.kill(pid, 'SIGKILL');
      await gone();
    },
    stop: async () => {
      child?.kill('SIGINT');
      await gone();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
export type PlainPostgres = Awaited<ReturnType<typeof startPlainPostgres>>;
