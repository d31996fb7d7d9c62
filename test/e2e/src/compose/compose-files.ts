import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPO } from '../testing/installation.ts';

const run = promisify(execFile);

let found: string | undefined;
/** Compose v2, as the tools find it; undefined: there is none, or only an older one. */
export function findCompose(): string | undefined {
  found ??= execFileSync(process.execPath, [join(REPO, 'tools/lib/docker-compose.mjs')], { encoding: 'utf8' }).trim();
  return found === '' ? undefined : found;
}

export const DEFAULT = ['docker-compose.yml'];
export const OFFLINE = [...DEFAULT, 'compose.offline.yml'];
/** With accounts and TLS of NATS. */
export const SECURE = [...DEFAULT, 'deploy/compose/secure.yml'];

export interface ComposeCall {
  /** Whose containers and volumes it is about. Never the files' own name: that is an installation of somebody's. */
  readonly project: string;
  readonly files: readonly string[];
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** `docker compose` on files of the repository, without the reader's own `.env`. Returns what it printed. */
export async function compose({ project, files, args, env = {}, timeoutMs = 120_000 }: ComposeCall): Promise<string> {
  const program = findCompose();
  if (program === undefined) throw new Error('no docker-compose: node tools/bootstrap.mjs with CI=true gets one');
  const passed = ['PATH', 'HOME', 'DOCKER_HOST'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const options = ['--project-name', project, '--progress', 'quiet', '--env-file', '/dev/null'];
  const { stdout } = await run(program, [...options, ...files.flatMap((file) => ['-f', file]), ...args], {
    cwd: REPO,
    timeout: timeoutMs,
    maxBuffer: 2 ** 26,
    env: { ...Object.fromEntries(passed), ...env },
  });
  return stdout;
}
