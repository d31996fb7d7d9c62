import { z } from 'zod';
import type { FieldPath } from './field-path.ts';

/** Looks through defaults, optionals and transformations at what a document may contain. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.def.innerType);
  return schema instanceof z.ZodPipe ? unwrap(schema.def.in) : schema;
}

/** Keys a map at this path may have; empty when anything goes or the path leads nowhere. */
export function knownKeys(schema: z.core.$ZodType, path: FieldPath): readonly string[] {
  let current = unwrap(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) {
      const next: z.core.$ZodType | undefined = current.shape[String(part)] as z.core.$ZodType | undefined;
      if (next === undefined) return [];
      current = unwrap(next);
    } else if (current instanceof z.ZodArray) current = unwrap(current.def.element);
    else return [];
    // All tools but one are still to come; with several, the document's own `tool` has to choose.
    if (current instanceof z.ZodDiscriminatedUnion) current = unwrap(current.def.options[0] ?? current);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}
