import { mayCarrySecret } from './carries-secret.ts';

export type FieldPath = readonly (string | number)[];

/** Longer keys are somebody's accident; errors stay readable. */
const MAX_KEY = 60;

/** A key may be a misplaced secret, too. */
function short(key: string): string {
  if (mayCarrySecret(key)) return '(a key that is not shown)';
  return key.length > MAX_KEY ? `${key.slice(0, MAX_KEY)}…` : key;
}

/** `['tests', 0, 'workload', 'scale']` → `tests[0].workload.scale`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(part)) text += text === '' ? short(part) : `.${short(part)}`;
    else text += `[${JSON.stringify(short(part))}]`;
  }
  return text;
}

/** One string per path, for maps; not for people. */
export const pathKey = (path: FieldPath): string => JSON.stringify(path);

export const isUnder = (path: FieldPath, root: FieldPath): boolean => root.every((part, index) => path[index] === part);

/** The value at a path of an untrusted document; undefined where there is none. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}
