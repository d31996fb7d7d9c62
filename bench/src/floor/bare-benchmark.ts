import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = '/usr/lib/postgresql';
const ADDRESS = '127.0.0.1';
const PORT = '54329';

async function newestBin(): Promise<string> {
  const versions = (await readdir(ROOT)).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
  return join(ROOT, versions[0] ?? '', 'bin');
}

async function postgresIds(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execute('id', [flag, 'postgres'])).stdout)),
  );
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

export interface BareOptions {
  /** pgbench scale factor. */
  readonly scale: number;
  readonly clients: number;
  /** 0: none. */
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly fsync: 'on' | 'off';
  /** A log of every transaction, as `pgbench -l` writes it. */
  readonly log: boolean;
}

/** As the suite under test asks. */
const ONE_SECOND: BareOptions = { scale: 1, clients: 2, warmupSeconds: 0, seconds: 1, fsync: 'off', log: true };

/** The floor: what a person would type for the suites of this bench, with nothing in between. Returns tps. */
export async function bareBenchmark(options: BareOptions = ONE_SECOND): Promise<number> {
  const { scale, clients, warmupSeconds, seconds, fsync, log } = options;
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-bare-'));
  const ids = await postgresIds();
  if (ids) await chown(folder, ids.uid, ids.gid);
  await chmod(folder, 0o700);
  const bin = await newestBin();
  const run = (program: string, ...args: string[]) => execute(join(bin, program), args, { cwd: folder, ...ids });
  const data = join(folder, 'data');
  try {
    await run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--data-checksums', '--locale=C.UTF-8');
    const settings = `-h ${ADDRESS} -p ${PORT} -c unix_socket_directories= -c fsync=${fsync}`;
    await run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start');
    try {
      const server = ['-h', ADDRESS, '-p', PORT, '-U', 'postgres'];
      await run('pgbench', ...server, '-i', '-s', String(scale), 'postgres');
      const load = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-P', '1'];
      if (warmupSeconds > 0) await run('pgbench', ...server, ...load, '-T', String(warmupSeconds), 'postgres');
      await run('psql', ...server, '-c', 'CHECKPOINT', 'postgres');
      const measured = [...load, '-T', String(seconds), ...(log ? ['-l'] : [])];
      const { stdout } = await run('pgbench', ...server, ...measured, 'postgres');
      return Number(/^tps = ([\d.]+) /m.exec(stdout)?.[1]);
    } finally {
      await run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
