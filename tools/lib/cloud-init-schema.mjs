import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { makeInCache } from './make-in-cache.mjs';
import { cacheDir } from './paths.mjs';
import { findAll, outputOf, runLoud, say } from './run-command.mjs';

const NAME = 'cloud-init-schema.json';
const IN_PACKAGE = './usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json';

const isSchema = (file) => (outputOf('grep', ['-c', 'cc_write_files', file]) ?? '').trim() !== '';

/** Of Debian's package, which is not installed: it would take over the machine at its next boot. */
function fromPackage(dir, env) {
  if (findAll('apt-get', env).length === 0) return undefined;
  say("fetching cloud-init's package, for its schema …");
  const options = { cwd: dir, env };
  const download = () => runLoud('apt-get', ['download', '-qq', 'cloud-init'], options);
  if (!download() && !(runLoud('apt-get', ['update', '-qq'], options) && download())) return undefined;
  const deb = readdirSync(dir).find((name) => name.endsWith('.deb'));
  const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -xO "$2" >"$3"';
  const file = join(dir, NAME);
  return runLoud('sh', ['-c', unpack, 'sh', deb, IN_PACKAGE, file], options) ? file : undefined;
}

/** cloud-init's schema of user-data in the cache; only a test needs it. */
export function ensureCloudInitSchema(env = process.env) {
  const there = join(cacheDir(env), NAME);
  if (isSchema(there) || makeInCache(NAME, [fromPackage], isSchema, env) !== undefined) return;
  throw new Failure({
    code: 'CLOUD_INIT_SCHEMA_MISSING',
    message: `the schema of cloud-init, by which a test judges user-data, could not be had`,
    hint: `put schema-cloud-config-v1.json of Debian's package cloud-init at ${there}`,
  });
}
