#!/usr/bin/env node
import { Failure, main } from '../lib/failure.mjs';
import { buildComposeParts } from './build-compose-parts.mjs';
import { buildServices } from './build-services.mjs';
import { dockerOn } from './docker.mjs';
import { existingEngine } from './engine.mjs';

/**
 * Builds what compose.offline.yml runs, on the engine that DOCKER_HOST names, which has the images of `main.mjs up`:
 *   DOCKER_HOST=$(node tools/offline-images/main.mjs up /tmp/bbd) node tools/offline-images/compose.mjs
 */
await main(async () => {
  const host = existingEngine();
  if (host === undefined)
    throw new Failure({
      code: 'DOCKER_UNREACHABLE',
      message: 'no Docker engine answers',
      hint: 'set DOCKER_HOST to the one that node tools/offline-images/main.mjs up FOLDER prints',
    });
  const docker = dockerOn(host);
  buildServices(docker);
  buildComposeParts(docker);
});
