import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const asRoot = async (...argv: readonly string[]): Promise<void> => {
  const [program = '', ...rest] = [...ROOT, ...argv];
  await run(program, rest);
};

export interface SmallDisk {
  /** As if somebody had made room. */
  grow(megabytes: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * A file system of so many MiB over a folder that is there, for everybody.
 * @returns why there is none: only root may mount, and not in every container
 */
export async function smallDisk(folder: string, megabytes: number): Promise<SmallDisk | string> {
  try {
    await asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'benchbus-small-disk', folder);
  } catch (error) {
    return `nothing can be mounted here: ${String(error)}`;
  }
  return {
    grow: (to) => asRoot('mount', '-o', `remount,size=${to}m`, folder),
    // Whoever still has a file of it open must not keep it.
    remove: () => asRoot('umount', '--lazy', folder),
  };
}
