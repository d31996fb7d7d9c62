import { z } from 'zod';
import type { FieldPath } from './field-path.ts';
import { valueAt } from './field-path.ts';

type Schema = z.core.$ZodType;

/** Looks through defaults, optionals and transformations at what a document may contain; a union is all its options. */
function unwrap(schema: Schema): readonly Schema[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  return schema instanceof z.ZodUnion ? schema.def.options.flatMap(unwrap) : [schema];
}

/** Of the options of a discriminated union those that the document's own value chooses; all of them if it chooses none. */
function chosen(schema: Schema, value: unknown): readonly Schema[] {
  const all = unwrap(schema);
  const fits = all.filter(
    (option) =>
      option instanceof z.ZodObject &&
      Object.entries(option.shape).every(
        ([key, field]) => !(field instanceof z.ZodLiteral) || field.values.has(valueAt(value, [key]) as never), // a set is asked for something that may not be of its type
      ),
  );
  return fits.length > 0 ? fits : all;
}

/** What a document may have at a path, as it stands; empty where the path leads nowhere. */
export function schemasAt(schema: Schema, path: FieldPath, document?: unknown): readonly Schema[] {
  let current = chosen(schema, document);
  for (const [index, part] of path.entries()) {
    const value = valueAt(document, path.slice(0, index + 1));
    current = current.flatMap((each) => {
      const next = inside(each, part);
      return next === undefined ? [] : chosen(next, value);
    });
  }
  return current;
}

/** The schema of a map's or a list's entry. */
function inside(schema: Schema, part: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject)
    return Object.hasOwn(schema.shape, part) ? (schema.shape[part] as Schema) : undefined;
  if (schema instanceof z.ZodArray) return typeof part === 'number' ? schema.def.element : undefined;
  return schema instanceof z.ZodRecord ? schema.def.valueType : undefined;
}

/** Keys a map at this path may have; empty when anything goes or the path leads nowhere. */
export const knownKeys = (schema: Schema, path: FieldPath, document?: unknown): readonly string[] => [
  ...new Set(
    schemasAt(schema, path, document).flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : [])),
  ),
];
