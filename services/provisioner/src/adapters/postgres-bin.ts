import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Folder of the packaged programs of a version (`installed`: the newest), as the edge runner chooses it; undefined where
 * there is none, and the PATH has to do.
 */
export function postgresBin(version: string, root = '/usr/lib/postgresql'): string | undefined {
  let majors: string[];
  try {
    majors = readdirSync(root).filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  const wanted =
    version === 'installed' ? majors.sort((a, b) => Number(b) - Number(a))[0] : majors.find((one) => one === version);
  return wanted === undefined ? undefined : join(root, wanted, 'bin');
}
