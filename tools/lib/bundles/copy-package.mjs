import { cpSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of a package as `from` would load it: up the tree, as Node looks. */
function folderOf(name, from) {
  for (let dir = from; ; dir = dirname(dir)) {
    const found = join(dir, 'node_modules', name);
    if (existsSync(found)) return found;
    if (dir === dirname(dir)) return undefined;
  }
}

/**
 * Copies an installed package and all it depends on to `target`, side by side. Two versions of one package are refused: side by
 * side there is room for one.
 * @param {string} name @param {string} from a folder that sees it @param {string} target a `node_modules`
 * @param {Map<string, string>} done name → folder of what is there already
 */
export function copyPackage(name, from, target, done = new Map()) {
  const folder = folderOf(name, from);
  if (folder === undefined) throw new Error(`${name} is not installed where ${from} looks for it`);
  const known = done.get(name);
  if (known === folder) return done;
  if (known !== undefined) throw new Error(`two versions of ${name}: ${known} and ${folder}`);
  done.set(name, folder);
  const own = join(folder, 'node_modules');
  cpSync(folder, join(target, name), {
    recursive: true,
    dereference: true,
    filter: (file) => file !== own && !/\.(?:map|d\.[cm]?ts)$/.test(file),
  });
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const next of Object.keys({ ...dependencies, ...peerDependencies })) copyPackage(next, folder, target, done);
  return done;
}
