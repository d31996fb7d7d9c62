import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../lib/failure.mjs';
import { ROOT } from '../lib/paths.mjs';
import { findAll, runLoud, say } from '../lib/run-command.mjs';
import { build } from './docker-build.mjs';
import { BASE, SHARED, UPSTREAM } from './images.mjs';

const RECIPES = fileURLToPath(new URL('recipes', import.meta.url));
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const MIRROR = 'http://deb.debian.org/debian';

/** Debian from its packages: what an engine without a registry can begin with. */
async function importBase(docker, folder) {
  const root = join(folder, 'trixie');
  if (!runLoud('debootstrap', ['--variant=minbase', 'trixie', root, MIRROR], { stdio: ['ignore', 'ignore', 2] }))
    throw new Failure({ code: 'DEBOOTSTRAP_FAILED', message: 'debootstrap could not make Debian trixie', exitCode: 1 });
  const tar = spawn('tar', ['-C', root, '-c', '--exclude=./var/cache/apt/archives/*.deb', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const load = spawn('docker', ['import', '-', BASE], {
    env: { ...process.env, DOCKER_HOST: docker.host },
    stdio: [tar.stdout, 'ignore', 'inherit'],
  });
  const [[packed], [loaded]] = await Promise.all([once(tar, 'exit'), once(load, 'exit')]);
  if (packed !== 0 || loaded !== 0)
    throw new Failure({ code: 'IMPORT_FAILED', message: `${BASE} could not be imported`, exitCode: 1 });
}

/** What recipes copy in: our scripts, and the certificates that the machine trusts. */
function recipeContext(folder) {
  const context = join(folder, 'context');
  cpSync(RECIPES, context, { recursive: true });
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, join(context, 'ca-certificates.crt'));
  else writeFileSync(join(context, 'ca-certificates.crt'), '');
  return context;
}

/** Large: of the one recipe that needs it. */
function nodeContext(folder) {
  const context = join(folder, 'node');
  mkdirSync(context);
  copyFileSync(join(RECIPES, 'node.Dockerfile'), join(context, 'node.Dockerfile'));
  copyFileSync(join(ROOT, 'node_modules/node/bin/node'), join(context, 'node'));
  const npm = findAll('npm')[0];
  const modules = execFileSync(npm ?? 'npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  const own = [join(modules, 'npm'), join(dirname(npm ?? '/'), '../lib/node_modules/npm')].find(existsSync);
  if (own === undefined) throw new Failure({ code: 'NPM_MISSING', message: `the package npm is not in ${modules}` });
  cpSync(own, join(context, 'npm'), { recursive: true, dereference: true });
  return context;
}

/** Everything, from the packages of Debian and npm. */
export async function buildUpstream(docker) {
  const folder = mkdtempSync(join(tmpdir(), 'bb-images-'));
  try {
    say('making Debian trixie (debootstrap) …');
    await importBase(docker, folder);
    const [common, node] = [recipeContext(folder), nodeContext(folder)];
    const file = (context, recipe) => join(context, `${recipe}.Dockerfile`);
    build(docker, SHARED, common, { file: file(common, 'shared') });
    for (const { name, recipe, args } of UPSTREAM) {
      const context = recipe === 'node' ? node : common;
      build(docker, name, context, { file: file(context, recipe), args });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
