import { join } from 'node:path';
import { buildStamp } from '../lib/edge-build/stamp.mjs';
import { ROOT } from '../lib/paths.mjs';
import { build } from './docker-build.mjs';

/** Targets of images/service/Dockerfile: the services, and the engine in Hatchet's place. */
export const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store', 'hatchet-embedded'];

/** The services' images as `benchbus/<service>:<tag>`. What has not changed comes from the engine's cache. */
export function buildServices(docker, tag = 'dev') {
  const { version, commit } = buildStamp();
  const file = join(ROOT, 'images/service/Dockerfile');
  const args = { VERSION: version, REVISION: commit };
  for (const target of SERVICES) build(docker, `benchbus/${target}:${tag}`, ROOT, { file, args, target });
}
