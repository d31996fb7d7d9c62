import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../lib/paths.mjs';
import { say } from '../lib/run-command.mjs';
import { GO_TPC, MODULES, OURS, SHARED, UPSTREAM, BASE } from './images.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** What the upstream images are made of: the recipes, how they are carried out, and the month (Debian's packages change). */
function recipeKey(now = new Date()) {
  const hash = createHash('sha256').update(now.toISOString().slice(0, 7));
  const files = [...filesBelow(join(HERE, 'recipes')), join(HERE, 'images.mjs'), join(HERE, 'build.mjs')];
  for (const file of files) hash.update(file.slice(HERE.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** `~/.cache/benchbus/images/<key>`: the storage of a registry with everything. Older keys are removed. */
export function imageCache(env = process.env) {
  const root = join(cacheDir(env), '../images');
  const key = recipeKey();
  mkdirSync(root, { recursive: true });
  for (const old of readdirSync(root)) if (old !== key) rmSync(join(root, old), { recursive: true, force: true });
  const folder = join(root, key);
  const mark = join(folder, 'complete');
  return {
    folder,
    storage: join(folder, 'registry'),
    complete: () => existsSync(mark),
    markComplete: () => writeFileSync(mark, ''),
  };
}

/** In the registry, Docker Hub's images have the names under which a mirror is asked; the others their whole name. */
function storedAs(name) {
  const [first, ...rest] = name.split('/');
  if (rest.length === 0) return `library/${name}`;
  return first.includes('.') ? `${first}/${rest.join('/')}` : name;
}

const KEPT = [BASE, SHARED, ...UPSTREAM.map(({ name }) => name)];
const OWN = [GO_TPC, MODULES, ...OURS.map(({ name }) => name)];
const idOf = (docker, name) => docker.ask('image', 'inspect', '--format', '{{.Id}}', name);

function push(docker, port, name) {
  const stored = `127.0.0.1:${port}/${storedAs(name)}`;
  docker.run(['tag', name, stored]);
  docker.run(['push', '-q', stored]);
  docker.run(['rmi', stored]);
}

function pull(docker, port, name) {
  const stored = `127.0.0.1:${port}/${storedAs(name)}`;
  docker.run(['pull', '-q', stored]);
  docker.run(['tag', stored, name]);
  docker.run(['rmi', stored]);
}

export function pushUpstream(docker, port) {
  say('keeping the images in the cache …');
  for (const name of KEPT) push(docker, port, name);
}

/** Images that the engine has already are left as they are. */
export function pullUpstream(docker, port) {
  for (const name of KEPT) if (idOf(docker, name) === undefined) pull(docker, port, name);
}

/** Our images as the cache has them: what has not changed since is not built again. One that is not there is built. */
export function pullOurs(docker, port) {
  for (const name of OWN) {
    try {
      pull(docker, port, name);
    } catch {
      // never pushed
    }
  }
}

/** Ids of our images now: to see which the build has changed. */
export const ourIds = (docker) => new Map(OWN.map((name) => [name, idOf(docker, name)]));

export function pushOurs(docker, port, before) {
  for (const name of OWN) if (before.get(name) !== idOf(docker, name)) push(docker, port, name);
}
