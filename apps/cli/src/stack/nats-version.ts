import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchbusError } from '@benchbus/events';
import { natsCandidates } from './programs.ts';

/** Older servers lack `sync_interval` per installation and filtered ordered consumers. */
export const OLDEST_NATS = { major: 2, minor: 12 } as const;

/** `nats-server: v2.15.2` → 2.15.2. */
export const parseNatsVersion = (text: string): string | undefined => /v?(\d+\.\d+\.\d+)/.exec(text)?.[1];

export function isNatsNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_NATS.major || (major === OLDEST_NATS.major && minor >= OLDEST_NATS.minor);
}

export interface FoundNats {
  readonly path: string;
  readonly version: string;
}

/** All nats-servers of this machine with their versions, in order of preference. */
export async function listNatsServers(env: NodeJS.ProcessEnv): Promise<FoundNats[]> {
  const found = await Promise.all(
    natsCandidates(env).map(async (path) => {
      try {
        const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
        const version = parseNatsVersion(stdout);
        return version === undefined ? [] : [{ path, version }];
      } catch {
        return []; // not a program that runs here
      }
    }),
  );
  return found.flat();
}

/** The first that is new enough. @throws BenchbusError NATS_SERVER_MISSING */
export async function requireNatsServer(env: NodeJS.ProcessEnv): Promise<FoundNats> {
  const all = await listNatsServers(env);
  const good = all.find(({ version }) => isNatsNewEnough(version));
  if (good) return good;
  const old = all.map(({ path, version }) => `${path} is ${version}`).join(', ');
  throw new BenchbusError({
    code: 'NATS_SERVER_MISSING',
    message: `no nats-server ${OLDEST_NATS.major}.${OLDEST_NATS.minor} or newer was found${old ? ` (${old})` : ''}`,
    hint: 'node tools/bootstrap.mjs gets one; or name one in BENCHBUS_NATS_SERVER',
  });
}
