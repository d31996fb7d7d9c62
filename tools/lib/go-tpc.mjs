import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { byGo, makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf } from './run-command.mjs';

const GO_MODULE = 'github.com/pingcap/go-tpc/cmd/go-tpc@v1.0.12';

const answers = (file) => outputOf(file, ['version']) !== undefined;

/** The load tool go-tpc: on the PATH, in ~/go/bin, in the cache; as services look for it. */
export const findGoTpc = (env = process.env) =>
  findAll('go-tpc', env, [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)]).find(answers);

/** Finds go-tpc, or builds one into the cache. Suites that do not name it need none. Returns its path. */
export function ensureGoTpc(env = process.env) {
  const made = findGoTpc(env) ?? makeInCache('go-tpc', [byGo('go-tpc', GO_MODULE, 'a minute')], answers, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'GO_TPC_MISSING',
    message: 'no go-tpc, a load tool that tests run, was found, and none could be made',
    hint: `put one on the PATH, or install Go ≥ ${OLDEST_GO.join('.')}; then this builds it: go install ${GO_MODULE}`,
  });
}
