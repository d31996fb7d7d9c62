import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const lockFile = join(import.meta.dirname, '../../../../package-lock.json');

/** What package-lock.json says of packages from the registry, and of what they need: path in node_modules → entry. */
export function lockedPackages(names: Iterable<string>, workspace: string): Record<string, LockedPackage> {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, LockedPackage> };
  const found: Record<string, LockedPackage> = {};
  const add = (name: string): void => {
    const path = `node_modules/${name}`;
    const locked = packages[`${workspace}/${path}`] ?? packages[path];
    if (locked === undefined) throw new Error(`${name} is not in ${lockFile}`);
    if (path in found) return;
    found[path] = locked;
    Object.keys(locked.dependencies ?? {}).forEach(add);
  };
  for (const name of names) add(name);
  return found;
}
