export interface Difference {
  /** `workload.clients`, `setting.shared_buffers`. */
  readonly where: string;
  /** Undefined: not there. */
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** Leaves of a JSON value by their dotted paths. */
function leaves(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null) {
    into.set(path, String(value));
    return into;
  }
  for (const [key, each] of Object.entries(value)) leaves(each, path === '' ? key : `${path}.${key}`, into);
  return into;
}

/** Where two JSON values differ, by path, in the order of the first. */
export function differencesOf(a: unknown, b: unknown): Difference[] {
  const [left, right] = [leaves(a), leaves(b)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((where) => ({ where, a: left.get(where), b: right.get(where) }))
    .filter((one) => one.a !== one.b);
}
