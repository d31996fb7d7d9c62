import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { makeInCache } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

/** `!reset` in an override, and conditions of `depends_on`. */
const OLDEST = [2, 24];
const PLUGINS = [
  ...['/usr/local/lib/docker/cli-plugins', '/usr/local/libexec/docker/cli-plugins'],
  ...['/usr/lib/docker/cli-plugins', '/usr/libexec/docker/cli-plugins'],
];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SOURCE = `deb [signed-by=${KEYRING}] http://deb.debian.org/debian trixie main\n`;

const answers = (file) => atLeast(parseVersion(outputOf(file, ['version']) ?? ''), OLDEST);

/** Compose v2 as a program of its own: where plugins are, on the PATH, in the cache. Debian 12's is version 1. */
export const findDockerCompose = (env = process.env) => {
  const home = env.HOME ? [join(env.HOME, '.docker/cli-plugins')] : [];
  return findAll('docker-compose', env, [...home, ...PLUGINS, cacheDir(env)]).find(answers);
};

/** Of Debian 13, unpacked and not installed: one program. Building it of its Go module takes seven minutes of a processor. */
function fromDebian(dir, env) {
  if (findAll('apt-get', env).length === 0) return undefined;
  say('downloading docker-compose (Debian trixie; half a minute) …');
  const [lists, cache] = [join(dir, 'lists'), join(dir, 'cache')];
  for (const folder of [join(lists, 'partial'), join(cache, 'archives/partial')])
    mkdirSync(folder, { recursive: true });
  const sources = join(dir, 'trixie.list');
  writeFileSync(sources, SOURCE);
  const options = [
    ...[`Dir::Etc::SourceList=${sources}`, 'Dir::Etc::SourceParts=/dev/null', `Dir::State::Lists=${lists}`],
    ...[`Dir::Cache=${cache}`, 'APT::Sandbox::User=root', 'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false'],
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const apt = (...args) => runLoud('apt-get', [...options, '-q', ...args], { cwd: dir, env });
  if (!apt('update') || !apt('download', 'docker-compose')) return undefined;
  const file = readdirSync(dir).find((name) => name.endsWith('.deb'));
  if (file === undefined || !runLoud('dpkg-deb', ['-x', file, 'unpacked'], { cwd: dir, env })) return undefined;
  const made = join(dir, 'docker-compose');
  copyFileSync(join(dir, 'unpacked/usr/libexec/docker/cli-plugins/docker-compose'), made);
  return made;
}

/** Finds Compose v2, or puts Debian's into the cache. Only tests need it. Returns its path. */
export function ensureDockerCompose(env = process.env) {
  const made = findDockerCompose(env) ?? makeInCache('docker-compose', [fromDebian], answers, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'COMPOSE_MISSING',
    message: `no docker-compose ≥ ${OLDEST.join('.')}, which tests run, was found, and none could be had`,
    hint: 'install the plugin docker-compose-plugin, or put a docker-compose of version 2 on the PATH',
  });
}

/** For tests in TypeScript: `node tools/lib/docker-compose.mjs` prints where it is found, or nothing. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(findDockerCompose() ?? '');
