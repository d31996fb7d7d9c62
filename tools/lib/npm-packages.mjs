import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { runLoud, say } from './run-command.mjs';

const stampOf = (lock) => createHash('sha256').update(readFileSync(lock)).digest('hex');
const readOr = (file, otherwise) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : otherwise);

/** Are the installed packages those of the lock file? The stamp holds the hash of the lock file they came from. */
export function packagesAreCurrent(root) {
  const modules = join(root, 'node_modules');
  return (
    existsSync(join(modules, '.bin/node')) &&
    readOr(join(modules, '.benchbus-stamp'), '') === stampOf(join(root, 'package-lock.json'))
  );
}

/** Installs the npm packages exactly as locked, if they are missing or older than the lock file. */
export function ensurePackages(root, env = process.env) {
  if (packagesAreCurrent(root)) return;
  say('installing npm packages (npm ci) …');
  if (!runLoud('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env })) {
    throw new Failure({
      code: 'NPM_INSTALL_FAILED',
      message: '`npm ci` failed; its output is above',
      hint: 'check the network and the registry (npm config get registry), then run the command again',
    });
  }
  writeFileSync(join(root, 'node_modules/.benchbus-stamp'), `${stampOf(join(root, 'package-lock.json'))}\n`);
}
