import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const temporary = (path: string) => `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;

/** Puts the whole file there or nothing, whatever happens in between. */
export function writeAtomically(path: string, content: string, mode = 0o644): void {
  const temp = temporary(path);
  writeFileSync(temp, content, { mode, flag: 'wx', flush: true });
  renameSync(temp, path);
}

/** Creates the file with its content in one step (link(2) is exclusive); false if it exists already. */
export function createAtomically(path: string, content: string, mode = 0o644): boolean {
  const temp = temporary(path);
  writeFileSync(temp, content, { mode, flag: 'wx', flush: true });
  try {
    linkSync(temp, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temp, { force: true });
  }
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
