import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { byGo, makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf } from './run-command.mjs';

const GO_MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';

const answers = (file) => outputOf(file, ['--version']) !== undefined;

/** An S3 service for tests: on the PATH, in ~/go/bin, in the cache; as libs/service/src/testing/s3.ts looks for it. */
export const findVersitygw = (env = process.env) =>
  findAll('versitygw', env, [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)]).find(answers);

/** Finds versitygw, or builds one into the cache. Only tests need it. Returns its path. */
export function ensureVersitygw(env = process.env) {
  const made =
    findVersitygw(env) ?? makeInCache('versitygw', [byGo('versitygw', GO_MODULE, 'two minutes')], answers, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'VERSITYGW_MISSING',
    message: 'no versitygw, the S3 service of the tests, was found, and none could be made',
    hint: `put one on the PATH, or install Go ≥ ${OLDEST_GO.join('.')}; then this builds it: go install ${GO_MODULE}`,
  });
}
