import { z } from 'zod';
import { test } from '../../native/schema/test.ts';
import { echo } from '../../parse/echo.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { nearest } from '../../parse/nearest.ts';
import { knownKeys, schemasAt } from '../../parse/schema-at.ts';

/** These tell the tests of a matrix apart, or are the matrix. */
const FIXED: readonly unknown[] = ['name', 'labels', 'matrix'];

const FORM = /^[^.[\]]+(?:\[\d{1,4}\])*(?:\.[^.[\]]+(?:\[\d{1,4}\])*)*$/;

/** `database.topology.nodes[0].name` → its parts; undefined for what is no path. */
function partsOf(text: string): FieldPath | undefined {
  if (!FORM.test(text)) return undefined;
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? String(name) : Number(index),
  );
}

const choices = (path: FieldPath): readonly string[] =>
  knownKeys(test, path).filter((key) => path.length > 0 || !FIXED.includes(key));

function leadsNowhere(path: FieldPath, part: string | number): string {
  const known = choices(path);
  const meant = typeof part === 'string' ? nearest(part, known) : undefined;
  const guess = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `leads nowhere at ${echo(JSON.stringify(part))}${guess}${known.length > 0 ? ` allowed there: ${known.join(', ')}` : ''}`;
}

/**
 * The place within a test that an axis varies, or why it is none. Below a map of free names (settings, environment) dots
 * are part of the name.
 */
export function targetPath(text: string): FieldPath | string {
  const parts = partsOf(text);
  if (parts === undefined)
    return 'is no path; allowed is one such as workload.clients or database.topology.nodes[0].hardware';
  if (FIXED.includes(parts[0]))
    return `a matrix cannot vary ${String(parts[0])}; allowed are ${choices([]).join(', ')}`;
  for (const [index, part] of parts.entries()) {
    const above = parts.slice(0, index);
    if (schemasAt(test, above).some((schema) => schema instanceof z.ZodRecord))
      return [...above, parts.slice(index).join('.')];
    if (schemasAt(test, parts.slice(0, index + 1)).length === 0) return leadsNowhere(above, part);
  }
  return parts;
}
