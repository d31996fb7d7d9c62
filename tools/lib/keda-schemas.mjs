import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { outputOf, say } from './run-command.mjs';

const GO_MODULE = 'github.com/kedacore/keda/v2@v2.20.2';
const NAME = 'keda-crds';
const FILES = ['keda.sh_scaledobjects.yaml', 'keda.sh_triggerauthentications.yaml'];

const isWhole = (folder) => FILES.every((file) => existsSync(join(folder, file)));

/** Of its module, which carries them: nothing of it is built. */
function fromModule(dir, env) {
  say(`downloading KEDA's schemas (${GO_MODULE}; half a minute) …`);
  const downloaded = outputOf('go', ['mod', 'download', '-json', GO_MODULE], { env, timeout: 300_000 });
  if (downloaded === undefined) return undefined;
  const { Dir: module } = JSON.parse(downloaded);
  const folder = join(dir, NAME);
  mkdirSync(folder);
  for (const file of FILES) copyFileSync(join(module, 'config/crd/bases', file), join(folder, file));
  return folder;
}

/** The definitions of KEDA's kinds in the cache, by which a test judges k8s/components/keda. */
export function ensureKedaSchemas(env = process.env) {
  const there = join(cacheDir(env), NAME);
  if (isWhole(there) || makeInCache(NAME, [fromModule], isWhole, env) !== undefined) return;
  throw new Failure({
    code: 'KEDA_SCHEMAS_MISSING',
    message: "KEDA's schemas, by which a test judges k8s/components/keda, could not be had",
    hint: `install Go ≥ ${OLDEST_GO.join('.')}; then this downloads ${GO_MODULE}; or put ${FILES.join(', ')} into ${there}`,
  });
}
