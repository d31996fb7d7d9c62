import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.ts';

const execute = promisify(execFile);
const DEBIAN_ROOT = '/usr/lib/postgresql';
const USER = 'hatchet';

export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL cluster of the engine's own, from the binaries of this machine, below `folder`.
 * As root it runs as BENCHBUS_LOCAL_USER (default `postgres`): the server refuses to be root.
 */
export async function startPostgres(folder: string, port: number): Promise<Postgres> {
  const [bin, ids] = await Promise.all([newestBin(), unprivileged()]);
  const data = join(folder, 'postgres');
  const secrets = join(folder, 'postgres-password');
  const password = randomBytes(18).toString('base64url');
  await mkdir(data, { mode: 0o700 });
  await writeFile(secrets, password, { mode: 0o600 });
  if (ids) await Promise.all([data, secrets].map((path) => chown(path, ids.uid, ids.gid)));
  const initdb = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${secrets}`,
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  await execute(join(bin, 'initdb'), initdb, { cwd: data, ...ids });
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'fsync=off'];
  const child = new Child(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { env: process.env, cwd: data, logFile: join(folder, 'postgres.log'), ids },
  );
  const server = { host: '127.0.0.1', port, user: USER, password };
  try {
    await child.says('ready to accept connections');
    const env = { ...process.env, PGPASSWORD: password };
    await execute(join(bin, 'createdb'), ['-h', server.host, '-p', String(port), '-U', USER, USER], { env });
  } catch (error) {
    await child.end('SIGQUIT');
    throw error;
  }
  return { ...server, stop: () => child.end('SIGINT') };
}

async function newestBin(): Promise<string> {
  const versions = (await readdir(DEBIAN_ROOT))
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a));
  return join(DEBIAN_ROOT, versions[0] ?? '', 'bin');
}

async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const user = process.env['BENCHBUS_LOCAL_USER'] ?? 'postgres';
  const [uid = 0, gid = 0] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execute('id', [flag, user])).stdout)),
  );
  return { uid, gid };
}
