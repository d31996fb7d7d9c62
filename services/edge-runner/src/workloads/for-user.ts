import { chmod, copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runProgram } from '../runtime/process/run-program.ts';
import type { WorkloadContext } from './plugin.ts';

/** A program that may lie in root's home, at a path where the load tool's user may run it: its own, or a copy in the attempt's folder. */
export async function forUser(file: string, { user, dir }: Pick<WorkloadContext, 'user' | 'dir'>): Promise<string> {
  const { code } = await runProgram({ argv: ['test', '-x', file], user, timeoutMs: 10_000 });
  if (code === 0) return file;
  const copy = join(dir, basename(file));
  // One that runs already is that of an adopted step, and busy.
  if ((await runProgram({ argv: ['test', '-x', copy], user, timeoutMs: 10_000 })).code === 0) return copy;
  await copyFile(file, copy);
  await chmod(copy, 0o755);
  return copy;
}
