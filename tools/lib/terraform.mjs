import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

/** Lock files in S3. */
const OLDEST = [1, 10];
const TOFU = 'github.com/opentofu/opentofu@v1.10.10';

/** It would ask its makers for newer versions. */
const quiet = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' };
const answers = (file) => atLeast(parseVersion(outputOf(file, ['version'], { env: quiet }) ?? ''), OLDEST);

/** terraform or tofu: on the PATH, in ~/go/bin, in the cache; as the provisioner's tests look for it. */
export const findTerraform = (env = process.env) =>
  ['terraform', 'tofu']
    .flatMap((name) => findAll(name, env, [join(env.HOME || homedir(), 'go/bin'), cacheDir(env)]))
    .find(answers);

/** In its own folder: `go install` refuses modules with replace directives. */
function buildTofu(dir, env) {
  if (!atLeast(parseVersion(outputOf('go', ['env', 'GOVERSION'], { env }) ?? ''), OLDEST_GO)) return undefined;
  say(`building tofu (${TOFU}; about five minutes) …`);
  const downloaded = outputOf('go', ['mod', 'download', '-json', TOFU], { env, timeout: 300_000 });
  if (downloaded === undefined) return undefined;
  const made = join(dir, 'tofu');
  const { Dir: cwd } = JSON.parse(downloaded);
  return runLoud('go', ['build', '-o', made, './cmd/tofu'], { cwd, env }) ? made : undefined;
}

/** Finds terraform or tofu, or builds tofu into the cache. Only target `yandex` and its tests need one. Returns its path. */
export function ensureTerraform(env = process.env) {
  const made = findTerraform(env) ?? makeInCache('tofu', [buildTofu], answers, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'TERRAFORM_MISSING',
    message: `no terraform or tofu ≥ ${OLDEST.join('.')}, which tests run, was found, and none could be made`,
    hint: `put one on the PATH, or install Go ≥ ${OLDEST_GO.join('.')}; then this builds ${TOFU}`,
  });
}
