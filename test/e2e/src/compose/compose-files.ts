import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { REPO } from '../testing/installation.ts';

const run = promisify(execFile);

/** Compose v2, where tools/lib/docker-compose.mjs puts it or finds it. */
export function findCompose(env = process.env): string | undefined {
  const cache = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'benchbus/bin');
  const plugins = [
    '/usr/libexec/docker/cli-plugins',
    '/usr/lib/docker/cli-plugins',
    '/usr/local/lib/docker/cli-plugins',
  ];
  const dirs = [cache, ...plugins, join(homedir(), '.docker/cli-plugins'), ...(env['PATH'] ?? '').split(delimiter)];
  return dirs.map((dir) => join(dir, 'docker-compose')).find(existsSync);
}

export const DEFAULT = ['docker-compose.yml'];
export const OFFLINE = [...DEFAULT, 'compose.offline.yml'];

/** `docker compose` on files of the repository, without the reader's own `.env`. Returns what it printed. */
export async function compose(
  files: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeout = 120_000,
): Promise<string> {
  const program = findCompose();
  if (program === undefined) throw new Error('no docker-compose: node tools/bootstrap.mjs with CI=true gets one');
  const passed = ['PATH', 'HOME', 'DOCKER_HOST'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const words = ['--progress', 'quiet', '--env-file', '/dev/null', ...files.flatMap((file) => ['-f', file]), ...args];
  const { stdout } = await run(program, words, {
    cwd: REPO,
    timeout,
    maxBuffer: 2 ** 26,
    env: { ...Object.fromEntries(passed), ...env },
  });
  return stdout;
}
