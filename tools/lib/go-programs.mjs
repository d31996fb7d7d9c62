import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from './failure.mjs';
import { byGo, makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf } from './run-command.mjs';

/** Programs that `go install` makes of one module. `asks` is what each answers if it works; only tests, and suites that name it, need one. */
const PROGRAMS = {
  versitygw: {
    module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    asks: '--version',
    takes: 'two minutes',
    is: 'the S3 service of the tests',
    code: 'VERSITYGW_MISSING',
  },
  'go-tpc': {
    module: 'github.com/pingcap/go-tpc/cmd/go-tpc@v1.0.12',
    asks: 'version',
    takes: 'a minute',
    is: 'a load tool that tests run',
    code: 'GO_TPC_MISSING',
  },
  kustomize: {
    // Later ones need a newer Go.
    module: 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1',
    asks: 'version',
    takes: 'a minute',
    is: 'by which a test builds k8s/',
    code: 'KUSTOMIZE_MISSING',
  },
};

const answers = (name) => (file) => outputOf(file, [PROGRAMS[name].asks]) !== undefined;

/** On the PATH, in ~/go/bin, in the cache: as services and their tests look for it. */
export const findGoProgram = (name, env = process.env) =>
  findAll(name, env, [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)]).find(answers(name));

/** Finds one of the programs, or builds it into the cache. Returns its path. */
export function ensureGoProgram(name, env = process.env) {
  const { module, takes, is, code } = PROGRAMS[name];
  const made = findGoProgram(name, env) ?? makeInCache(name, [byGo(name, module, takes)], answers(name), env);
  if (made !== undefined) return made;
  throw new Failure({
    code,
    message: `no ${name}, ${is}, was found, and none could be made`,
    hint: `put one on the PATH, or install Go ≥ ${OLDEST_GO.join('.')}; then this builds it: go install ${module}`,
  });
}

/** For tests in TypeScript: `node tools/lib/go-programs.mjs NAME` prints where it is found, or nothing. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(findGoProgram(process.argv[2]) ?? '');
