import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';

/** Where Debian's and PGDG's packages put each version's programs. */
export const DEBIAN_ROOT = '/usr/lib/postgresql';

async function executable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Folders below `root` that hold a version's programs, newest first. */
async function versions(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
}

/** What is looked for, and where. */
export interface Wanted {
  /** `installed` = the newest that is there, else exactly this major version. */
  readonly version: string;
  readonly programs: readonly string[];
  readonly root?: string;
  readonly path?: string | undefined;
}

/**
 * The folder with PostgreSQL's programs of one version: Debian's layout, then (for `installed`) the PATH.
 * @throws BenchbusError PROGRAM_MISSING naming the Debian package
 */
export async function findBinaries(wanted: Wanted): Promise<string> {
  const { version, programs, root = DEBIAN_ROOT, path = process.env['PATH'] ?? '' } = wanted;
  const majors = version === 'installed' ? await versions(root) : [version];
  const dirs = majors.map((major) => join(root, major, 'bin'));
  if (version === 'installed') dirs.push(...path.split(':').filter((dir) => dir !== ''));
  for (const dir of dirs) {
    const there = await Promise.all(programs.map((program) => executable(join(dir, program))));
    if (there.every(Boolean)) return dir;
  }
  const found = await versions(root);
  throw new BenchbusError({
    code: 'PROGRAM_MISSING',
    message: `PostgreSQL ${version === 'installed' ? '' : `${version} `}(${programs.join(', ')}) is not installed; found versions: ${found.join(', ') || 'none'}`,
    where: join(root, version === 'installed' ? '*' : version, 'bin'),
    hint: `install Debian's package ${version === 'installed' ? 'postgresql' : `postgresql-${version}`}${found.length > 0 ? ', or ask for version: installed' : ''}`,
  });
}
