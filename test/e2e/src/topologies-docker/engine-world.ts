import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Output of `docker …`. */
export const docker = async (...args: readonly string[]): Promise<string> =>
  (await run('docker', args, { timeout: 60_000, maxBuffer: 2 ** 28 })).stdout;

const lines = async (...args: readonly string[]): Promise<string[]> =>
  (await docker(...args)).split('\n').filter((line) => line !== '');

/** Why runs on `docker` cannot be tested here; undefined: they can. */
export async function engineLacks(images: readonly string[]): Promise<string | undefined> {
  try {
    await docker('version');
  } catch {
    return `no Docker engine answers at ${process.env['DOCKER_HOST'] ?? 'its usual socket'}`;
  }
  for (const image of images)
    if ((await lines('images', '--quiet', image)).length === 0) return `the engine lacks ${image}`;
  return undefined;
}

/** An address of this machine that containers of any network reach: its own on a bridge made for it. */
export async function reachableAddress(): Promise<{ readonly address: string; readonly remove: () => Promise<void> }> {
  const name = `bbtest-${randomBytes(4).toString('hex')}`;
  await docker('network', 'create', name);
  const [address = ''] = await lines('network', 'inspect', name, '--format', '{{(index .IPAM.Config 0).Gateway}}');
  return { address: address.replace(/\/.*/, ''), remove: async () => void (await docker('network', 'rm', name)) };
}

const CGROUPS = '/sys/fs/cgroup';
const folders = (dir: string): string[] => {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []));
  } catch {
    return [];
  }
};
/** Folders of benchbus, on version 1 in each hierarchy. */
const cgroups = (): string[] =>
  ['', ...folders(CGROUPS)].flatMap((hierarchy) => {
    const base = join(CGROUPS, hierarchy, 'benchbus');
    return folders(base).map((name) => join(base, name));
  });

/** All that there is on the engine and in its cgroups, whosever it is. */
export const engineWorld = async () => ({
  containers: (await lines('ps', '-a', '--no-trunc', '--format', '{{.Names}}')).sort(),
  networks: (await lines('network', 'ls', '--format', '{{.Name}}')).sort(),
  volumes: (await lines('volume', 'ls', '--format', '{{.Name}}')).sort(),
  cgroups: cgroups().sort(),
});

type World = Awaited<ReturnType<typeof engineWorld>>;

/** What is there and was not before: of this installation by its name, and volumes that have none. */
export function newIn(before: World, after: World, installation: string): string[] {
  const added = (kind: keyof World) => after[kind].filter((name) => !before[kind].includes(name));
  const own = (name: string) => name.includes(installation);
  const named = (['containers', 'networks', 'volumes', 'cgroups'] as const).flatMap((kind) => added(kind).filter(own));
  return [...named, ...added('volumes').filter((name) => /^[0-9a-f]{64}$/.test(name))];
}
