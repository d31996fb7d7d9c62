import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { byGo, makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf } from './run-command.mjs';

/** Later ones need a newer Go. */
const GO_MODULE = 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1';

const answers = (file) => outputOf(file, ['version']) !== undefined;

/** On the PATH, in ~/go/bin, in the cache. */
export const findKustomize = (env = process.env) =>
  findAll('kustomize', env, [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)]).find(answers);

/** Finds kustomize, or builds it into the cache. Only a test needs it. Returns its path. */
export function ensureKustomize(env = process.env) {
  const made = findKustomize(env) ?? makeInCache('kustomize', [byGo('kustomize', GO_MODULE, 'a minute')], answers, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'KUSTOMIZE_MISSING',
    message: 'no kustomize, by which a test builds k8s/, was found, and none could be made',
    hint: `put one on the PATH, or install Go ≥ ${OLDEST_GO.join('.')}; then this builds it: go install ${GO_MODULE}`,
  });
}

/** For tests in TypeScript: `node tools/lib/kustomize.mjs` prints where it is found, or nothing. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(findKustomize() ?? '');
