import { environmentOf } from '@benchbus/processes';
import { launchService, spawnService, type Child, type SpawnedService } from '@benchbus/service/testing';
import { join } from 'node:path';
import { REPO, type Installation } from './installation.ts';

/** Beside dozens of runs on a small machine. */
const READY_MS = 180_000;

const optionsOf = (installation: Installation, service: string) => {
  const environment = environmentOf(installation.pid(service) ?? -1);
  if (environment === undefined) throw new Error(`${service} does not run`);
  return { main: join(REPO, 'services', service, 'src/main.ts'), env: Object.fromEntries(environment) };
};

/** A second process of one of the stack's services, with the same environment. It is not the stack's to restart or stop. */
export const startReplica = (installation: Installation, service: string): Promise<SpawnedService> =>
  spawnService({ ...optionsOf(installation, service), timeoutMs: READY_MS });

/** A second provisioner of the machine: it stands by until the first one ends, as it does outside `benchbus up`. */
export async function startStandby(installation: Installation): Promise<Child> {
  const { main, env } = optionsOf(installation, 'provisioner');
  const child = launchService({ main, env: { ...env, BENCHBUS_STANDBY_LOOK_MS: '100' } });
  const settled = (line: string) => (/standing by|"msg":"ready"/.test(line) ? true : undefined);
  await child.line(settled, 'a provisioner that stands by, or serves', READY_MS);
  return child;
}
