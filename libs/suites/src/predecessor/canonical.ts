import { z } from 'zod';
import type { FieldPath } from '../parse/field-path.ts';
import { pathKey } from '../parse/field-path.ts';
import type { Finding } from '../parse/finding.ts';

export interface Canonical {
  /** The document with lowerCamelCase keys, without what is null. */
  readonly value: unknown;
  /** Keys that stand there in both spellings. */
  readonly findings: readonly Finding[];
  /** The path in the document as it is written. */
  written(path: FieldPath): FieldPath;
}

export const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a document may hold here; of alternatives the map. */
function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.def.options.map(unwrap).find((one) => one instanceof z.ZodObject);
  return schema;
}

/** Both spellings of a message's fields, where they are not the same. */
const spellings = (shape: z.core.$ZodShape): ReadonlyMap<string, string> =>
  new Map(Object.keys(shape).map((name) => [snakeCase(name), name]));

/**
 * Protobuf's JSON form allows each key in snake_case too, and null for what is absent: made one spelling, where the schema
 * has messages; maps keep the keys that people chose.
 */
export function canonical(document: unknown, schema: z.core.$ZodType): Canonical {
  const findings: Finding[] = [];
  const original = new Map<string, FieldPath>();

  const walk = (value: unknown, within: z.core.$ZodType | undefined, path: FieldPath, from: FieldPath): unknown => {
    original.set(pathKey(path), from);
    const here = unwrap(within);
    if (here instanceof z.ZodArray && Array.isArray(value))
      return value.map((item, index) => walk(item, here.def.element, [...path, index], [...from, index]));
    if (!(here instanceof z.ZodObject) || typeof value !== 'object' || value === null || Array.isArray(value))
      return value;
    const { shape } = here.def;
    const known = spellings(shape);
    const seen = new Set<string>();
    const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      const name = known.get(key) ?? key;
      if (seen.has(name))
        findings.push({
          code: 'SUITE_DUPLICATE_KEY',
          path: [...from, key],
          text: `the key stands here twice, as ${name} and as ${snakeCase(name)}; allowed is either`,
        });
      seen.add(name);
      // Only what the format knows may be null: an unknown key is one whatever it holds.
      if (item === null && Object.hasOwn(shape, name)) return [];
      const next = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return [[name, walk(item, next, [...path, name], [...from, key])]];
    });
    return Object.fromEntries(entries);
  };

  const value = walk(document, schema, [], []);
  const written = (path: FieldPath): FieldPath => {
    for (let length = path.length; length > 0; length -= 1) {
      const from = original.get(pathKey(path.slice(0, length)));
      if (from !== undefined) return [...from, ...path.slice(length)];
    }
    return path;
  };
  return { value, findings, written };
}
