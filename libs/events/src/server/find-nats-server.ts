import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { BenchbusError } from '../bus/errors.ts';

const run = promisify(execFile);
const OLDEST = [2, 12] as const;

/** `nats-server: v2.15.2` → is it new enough? */
export function isNewEnough(versionLine: string): boolean {
  const [, major = '0', minor = '0'] = /v(\d+)\.(\d+)/.exec(versionLine) ?? [];
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}

/** Where a nats-server may be, in order of preference. */
function candidates(env: NodeJS.ProcessEnv): string[] {
  const named = env['BENCHBUS_NATS_SERVER'];
  if (named !== undefined && named !== '') return [named];
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const repository = join(import.meta.dirname, '..', '..', '..', '..');
  const folders = [
    ...path,
    join(homedir(), 'go', 'bin'),
    join(repository, '.benchbus', 'bin'),
    join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'benchbus', 'bin'),
  ];
  return [...new Set(folders)].map((folder) => join(folder, 'nats-server'));
}

/**
 * The path of a nats-server >= 2.12: BENCHBUS_NATS_SERVER if set, else the first that is new enough.
 * @throws BenchbusError NATS_SERVER_NOT_FOUND, which lists what was tried
 */
export async function findNatsServer(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const tried: string[] = [];
  for (const file of candidates(env)) {
    try {
      await access(file, constants.X_OK);
      const { stdout } = await run(file, ['--version'], { timeout: 10_000 });
      if (isNewEnough(stdout)) return file;
      tried.push(`${file} (${stdout.trim()}, too old)`);
    } catch (error) {
      tried.push(`${file} (${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not there' : 'cannot be run'})`);
    }
  }
  throw new BenchbusError({
    code: 'NATS_SERVER_NOT_FOUND',
    message: `no nats-server ${OLDEST.join('.')} or newer; tried ${tried.join(', ')}`,
    hint: 'set BENCHBUS_NATS_SERVER, or: go install github.com/nats-io/nats-server/v2@v2.15.2',
  });
}
