import type { FieldPath } from '../parse/field-path.ts';
import type { NameOf } from './lift-secrets.ts';

/** What a secret's name may have at most. */
const MAX = 128;

const slug = (path: FieldPath): string =>
  path
    .join('-')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');

/** Never one of the names given before. */
function unique(wanted: string, taken: ReadonlyMap<string, unknown>, separator: string): string {
  let name = wanted.slice(0, MAX);
  for (let next = 2; taken.has(name); next += 1) name = `${wanted.slice(0, MAX - 6)}${separator}${next}`;
  return name;
}

/** `<prefix>.<path>`: names that belong to one suite. @param prefix a suite's id */
export function namesOfSuite(prefix: string): NameOf {
  const taken = new Map<string, FieldPath>();
  return (path) => {
    const name = unique(`${prefix}.${slug(path)}`, taken, '-');
    taken.set(name, path);
    return name;
  };
}

const WELL_KNOWN: readonly (readonly [RegExp, string])[] = [
  [/hatchet.*token$/i, 'HATCHET_CLIENT_TOKEN'],
  [/provider.*token$/i, 'YC_TOKEN'],
  [/access_?key_?id$/i, 'S3_ACCESS_KEY_ID'],
  [/secret_?access_?key$/i, 'S3_SECRET_ACCESS_KEY'],
  [/connection.*password$/i, 'PGPASSWORD'],
  [/connection_?string$/i, 'DATABASE_URL'],
];

/** Names that an operator expects (`YC_TOKEN`), fit for variables; the same value has the same name. */
export function familiarNames(): NameOf {
  const values = new Map<string, string>();
  return (path, value) => {
    const place = path.join('.');
    const key = String(path.at(-1)).replaceAll(/[^A-Za-z0-9_]/g, '_');
    const wanted = WELL_KNOWN.find(([where]) => where.test(place))?.[1] ?? key.toUpperCase();
    for (const [name, known] of values) if (known === value && name.startsWith(wanted)) return name;
    const name = unique(wanted, values, '_');
    values.set(name, value);
    return name;
  };
}
