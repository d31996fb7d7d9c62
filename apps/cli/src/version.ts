import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8').trim();

/** The commit of a clone, from its files: git itself may not be there. */
function commit(): string | undefined {
  try {
    const head = read('.git', 'HEAD');
    const [, ref] = /^ref: (\S+)$/.exec(head) ?? [];
    if (ref === undefined) return head;
    try {
      return read('.git', ...ref.split('/'));
    } catch {
      const line = read('.git', 'packed-refs')
        .split('\n')
        .find((packed) => packed.endsWith(` ${ref}`));
      return line?.split(' ')[0];
    }
  } catch {
    return undefined; // no clone: a copy, or a worktree
  }
}

/** `0.1.0 (b8cd2fb)`; without the commit where it is not known. */
export function programVersion(): string {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('apps', 'cli', 'package.json')));
  const [short] = /^[0-9a-f]{7}(?=[0-9a-f]{33})/.exec(commit() ?? '') ?? [];
  return short === undefined ? version : `${version} (${short})`;
}
