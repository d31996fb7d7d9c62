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

/** The floor: what a person would type for the suite of `../stack.ts`, with nothing in between. */
export async function bareBenchmark(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-bare-'));
  const ids = await postgresIds();
  if (ids) await chown(folder, ids.uid, ids.gid);
  await chmod(folder, 0o700);
  const bin = await newestBin();
  const run = (program: string, ...args: string[]) => execute(join(bin, program), args, { cwd: folder, ...ids });
  const data = join(folder, 'data');
  try {
    await run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--data-checksums', '--locale=C.UTF-8');
    const options = `-h ${ADDRESS} -p ${PORT} -c unix_socket_directories= -c fsync=off`;
    await run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
    try {
      const server = ['-h', ADDRESS, '-p', PORT, '-U', 'postgres'];
      await run('pgbench', ...server, '-i', '-s', '1', 'postgres');
      await run(
        'pgbench',
        ...server,
        '-n',
        '-M',
        'prepared',
        '-c',
        '2',
        '-j',
        '1',
        '-T',
        '1',
        '-P',
        '1',
        '-l',
        'postgres',
      );
    } finally {
      await run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
