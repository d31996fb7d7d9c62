#!/usr/bin/env node
import { Failure, main } from '../lib/failure.mjs';
import { findAll, say } from '../lib/run-command.mjs';
import { resolve } from 'node:path';
import { buildOurs } from './build-ours.mjs';
import { buildUpstream } from './build.mjs';
import { imageCache, ourIds, pullOurs, pullUpstream, pushOurs, pushUpstream } from './cache.mjs';
import { dockerOn } from './docker.mjs';
import { existingEngine, startEngine, stopEngine } from './engine.mjs';
import { startRegistry, stopRegistry } from './registry.mjs';

const USAGE = `usage: node tools/offline-images/main.mjs up FOLDER     prints DOCKER_HOST of an engine with the images
       node tools/offline-images/main.mjs down FOLDER   ends what "up" started, and removes FOLDER

Where an engine answers already (DOCKER_HOST, /var/run/docker.sock), the images are put there, under the official names, and
"down" leaves it alone.`;

function requirePrograms() {
  const missing = ['dockerd', 'docker', 'docker-registry', 'debootstrap', 'tar'].filter(
    (name) => findAll(name).length === 0,
  );
  if (missing.length === 0) return;
  const hint = 'apt-get install docker.io docker-registry debootstrap (node tools/bootstrap.mjs does with CI=true)';
  throw new Failure({ code: 'PROGRAMS_MISSING', message: `${missing.join(', ')} not on the PATH`, hint });
}

async function up(folder) {
  requirePrograms();
  const began = Date.now();
  const cache = imageCache();
  const port = await startRegistry(folder, cache.storage);
  // The mirror gives Docker Hub's images their own names, so that tests pull them as a user would.
  const host = existingEngine() ?? (await startEngine(folder, [`--registry-mirror=http://127.0.0.1:${port}`]));
  const docker = dockerOn(host);
  if (cache.complete()) pullUpstream(docker, port);
  else {
    await buildUpstream(docker);
    pushUpstream(docker, port);
    cache.markComplete();
  }
  pullOurs(docker, port);
  const before = ourIds(docker);
  buildOurs(docker);
  pushOurs(docker, port, before);
  say(`images are ready after ${((Date.now() - began) / 1000).toFixed(0)} s at ${host}`);
  console.log(host);
}

async function down(folder) {
  stopRegistry(folder);
  await stopEngine(folder);
}

const [command, given] = process.argv.slice(2);
await main(async () => {
  if (given === undefined || !['up', 'down'].includes(command))
    throw new Failure({ code: 'USAGE', message: USAGE, exitCode: 2 });
  const folder = resolve(given);
  await (command === 'up' ? up(folder) : down(folder));
});
