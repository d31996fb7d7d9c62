import { environmentOf } from '@benchbus/processes';
import { spawnService, type SpawnedService } from '@benchbus/service/testing';
import { join } from 'node:path';
import { REPO, type Installation } from './installation.ts';

/** A second process of one of the stack's services, with the same environment. It is not the stack's to restart or stop. */
export function startReplica(installation: Installation, service: string): Promise<SpawnedService> {
  const environment = environmentOf(installation.pid(service) ?? -1);
  if (environment === undefined) throw new Error(`${service} does not run`);
  return spawnService({ main: join(REPO, 'services', service, 'src/main.ts'), env: Object.fromEntries(environment) });
}
