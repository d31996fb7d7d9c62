import { closeSync, constants, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseCrashSpec } from './parse-crash-spec.ts';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Of a file that somebody else may remove at any moment: undefined then. */
function ifThere<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Notes this passing in the file, whoever else does so at the same time; how many there are by now. */
function countPassing(file: string): number {
  const handle = openSync(file, constants.O_WRONLY | constants.O_APPEND);
  try {
    writeSync(handle, `\npassed by ${process.pid}`);
  } finally {
    closeSync(handle);
  }
  return readFileSync(file, 'utf8').split('\npassed by ').length - 1;
}

/** Who removes the file dies: of all processes, exactly one. */
const firstToRemove = (file: string): boolean =>
  ifThere(() => {
    unlinkSync(file);
    return true;
  }) ?? false;

/**
 * Whether a file of `folder` asks for the end of this process, here and now: its first line is a spec. The passings of all
 * processes count together, over their restarts, so they are kept in the file itself.
 */
export function isArmed(folder: string, point: string, service: string): boolean {
  return (ifThere(() => readdirSync(folder)) ?? []).some((name) => {
    const file = join(folder, name);
    const [text = ''] = (ifThere(() => readFileSync(file, 'utf8')) ?? '').split('\n');
    const spec = parseCrashSpec(text.trim(), file);
    if (spec?.point !== point || (spec.service !== undefined && spec.service !== service)) return false;
    if (spec.passing > 1 && (ifThere(() => countPassing(file)) ?? 0) < spec.passing) return false;
    return firstToRemove(file);
  });
}
