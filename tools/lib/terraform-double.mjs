import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure, main } from './failure.mjs';
import { makeInCache, OLDEST_GO } from './make-in-cache.mjs';
import { cacheDir, ROOT } from './paths.mjs';
import { outputOf, runLoud, say } from './run-command.mjs';
import { atLeast, parseVersion } from './versions.mjs';

const SOURCES = join(ROOT, 'test/terraform-provider-double');

/** Changes with every source: a cache never gives an old double. */
function nameOfDouble() {
  const hash = createHash('sha256');
  const files = readdirSync(SOURCES, { recursive: true }).filter((file) => /(\.go|go\.mod|go\.sum)$/.test(file));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(SOURCES, file)));
  return `terraform-provider-double-${hash.digest('hex').slice(0, 12)}`;
}

const isThere = (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function build(dir, env) {
  if (!atLeast(parseVersion(outputOf('go', ['env', 'GOVERSION'], { env }) ?? ''), OLDEST_GO)) return undefined;
  say('building the double of the provider yandex-cloud/yandex (two minutes at first) …');
  const made = join(dir, 'double');
  return runLoud('go', ['build', '-o', made, '.'], { cwd: SOURCES, env }) ? made : undefined;
}

/** The double of Terraform's provider, built where it has not been. Only tests need it. Returns its path. */
export function ensureTerraformDouble(env = process.env) {
  const name = nameOfDouble();
  const cached = join(cacheDir(env), name);
  const made = isThere(cached) ? cached : makeInCache(name, [build], isThere, env);
  if (made !== undefined) return made;
  throw new Failure({
    code: 'TERRAFORM_DOUBLE_MISSING',
    message: "the double of Terraform's provider, which tests use instead of a cloud, could not be built",
    hint: `install Go ≥ ${OLDEST_GO.join('.')}; then: go build in test/terraform-provider-double`,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(() => console.log(ensureTerraformDouble()));
}
