import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { runLoud, say } from './run-command.mjs';

const stampOf = (lock) => createHash('sha256').update(readFileSync(lock)).digest('hex');
const readOr = (file, otherwise) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : otherwise);
const stampFile = (root) => join(root, 'node_modules/.benchbus-stamp');
const writeStamp = (root) => writeFileSync(stampFile(root), `${stampOf(join(root, 'package-lock.json'))}\n`);

/** Are the installed packages those of the lock file? The stamp holds the hash of the lock file they came from. */
export function packagesAreCurrent(root) {
  return (
    existsSync(join(root, 'node_modules/.bin/node')) &&
    readOr(stampFile(root), '') === stampOf(join(root, 'package-lock.json'))
  );
}

/** Did somebody run `npm install` himself? npm notes what it installed in node_modules/.package-lock.json. */
export function installedByHand(root) {
  const noted = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(noted) || !existsSync(join(root, 'node_modules/.bin/node'))) return false;
  const installed = JSON.parse(readFileSync(noted, 'utf8')).packages ?? {};
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages ?? {};
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (!path.includes('node_modules/')) return true; // the root and the workspaces
    const found = installed[path];
    // Those for other platforms are left out.
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

/** Installs the npm packages exactly as locked, if they are missing or older than the lock file. */
export function ensurePackages(root, env = process.env) {
  if (packagesAreCurrent(root)) return;
  if (installedByHand(root)) return writeStamp(root);
  say('installing npm packages (npm ci) …');
  if (!runLoud('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env })) {
    throw new Failure({
      code: 'NPM_INSTALL_FAILED',
      message: '`npm ci` failed; its output is above',
      hint: 'check the network and the registry (npm config get registry), then run the command again',
    });
  }
  writeStamp(root);
}
