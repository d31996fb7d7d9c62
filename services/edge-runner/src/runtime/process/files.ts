import { chown, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { LocalUser } from './local-user.ts';
import { runProgram } from './run-program.ts';

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, also after a crash: written beside, synced, renamed. */
export async function writeWhole(file: string, content: string, mode = 0o644, owner?: LocalUser): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (owner?.ids !== undefined) await chown(beside, owner.ids.uid, owner.ids.gid);
  await rename(beside, file);
}

/**
 * A folder that belongs to the unprivileged user, mode 0700.
 * @throws BenchbusError NODE_DIR_NOT_ACCESSIBLE when a folder above keeps that user out
 */
export async function makeOwnedDir(dir: string, user: LocalUser): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (user.ids === undefined) return;
  await chown(dir, user.ids.uid, user.ids.gid);
  const { code } = await runProgram({ argv: ['test', '-w', dir], user, timeoutMs: 10_000 });
  if (code === 0) return;
  throw new BenchbusError({
    code: 'NODE_DIR_NOT_ACCESSIBLE',
    message: `user ${user.name} cannot reach ${dir}`,
    where: dirname(dir),
    hint: `every folder above needs the search permission for ${user.name} (chmod o+x), or choose another BENCHBUS_LOCAL_DIR`,
  });
}
