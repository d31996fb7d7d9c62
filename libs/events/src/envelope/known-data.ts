import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Where the data has fields that the schema does not know, if that is all that is wrong; else undefined. Of a union's
 * alternatives the first that would fit without them counts.
 */
function unknownFields(issues: readonly Issue[], at: Path = []): Path[] | undefined {
  const found: Path[] = [];
  for (const issue of issues) {
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') found.push(...issue.keys.map((key) => [...path, key]));
    else if (issue.code === 'invalid_union') {
      const inside = issue.errors.map((errors) => unknownFields(errors, path)).find((paths) => paths !== undefined);
      if (inside === undefined || inside.length === 0) return undefined;
      found.push(...inside);
    } else return undefined;
  }
  return found;
}

type Holder = Record<PropertyKey, unknown>;

/**
 * Copies what lies on the way alone, and once: an added field may be as deep as its sender likes, and a copy of it would recurse;
 * and a holder may have thousands of them.
 */
function without(data: unknown, paths: readonly Path[]): unknown {
  const copies = new Set<unknown>();
  const own = (holder: unknown): Holder => {
    if (copies.has(holder)) return holder as Holder;
    const copy = (Array.isArray(holder) ? [...(holder as unknown[])] : { ...(holder as object) }) as Holder;
    copies.add(copy);
    return copy;
  };
  const root = own(data);
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce<Holder>((at, key) => (at[key] = own(at[key])) as Holder, root);
    Reflect.deleteProperty(holder, path.at(-1) ?? '');
  }
  return root;
}

/**
 * Reads data as a tolerant reader does: a later benchbus may have added optional fields to a version, which this one leaves
 * out. Writers stay strict. Each round finds the fields of one more level of alternatives.
 */
export function parseKnown<T>(schema: z.ZodType<T>, data: unknown): z.ZodSafeParseResult<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed;
  const paths = unknownFields(parsed.error.issues);
  return paths === undefined || paths.length === 0 ? parsed : parseKnown(schema, without(data, paths));
}
