import { formatPath, wantedPool } from '@benchbus/suites';
import type { Note, Suite } from '@benchbus/suites';
import type { Paint } from './style.ts';

/** How a valid predecessor's file was understood, a line each. */
export const noteLines = (file: string, notes: readonly Note[], paint: Paint): string[] =>
  notes.map(({ path, text }) => `${paint('dim', 'note')}: ${file}: ${formatPath(path)}: ${text}`);

/** Which network a predecessor's file names, and what becomes of that; nothing to say of a native file. */
export function poolLines(file: string, suite: Suite, paint: Paint): string[] {
  const pool = wantedPool(suite);
  if (pool === undefined) return [];
  const { target } = suite.settings;
  const text = `blocks of /${pool.blockPrefix} of the operator's pool ${pool.cidr}; where target ${target} has no such pool, blocks of its own`;
  return [`${paint('dim', 'note')}: ${file}: network: ${text}`];
}
