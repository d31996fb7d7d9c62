import { echo } from '../../parse/echo.ts';
import type { FieldPath } from '../../parse/field-path.ts';

/** Where a value cannot be set, and why. */
export class CannotSet extends Error {}

/**
 * The same value with another one at a path; the original is untouched, and shared where nothing changes. Maps that are
 * missing on the way are made; throws CannotSet where something else is in the way.
 */
export function setAt(value: unknown, path: FieldPath, to: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return to;
  if (typeof part === 'number') {
    if (!Array.isArray(value)) throw new CannotSet(`there is no list with an entry ${part}`);
    if (part >= value.length) throw new CannotSet(`the list has ${value.length} entries, none with the number ${part}`);
    return value.map((item: unknown, index) => (index === part ? setAt(item, rest, to) : item));
  }
  if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value)))
    throw new CannotSet(`${echo(part)} cannot be set in what is no map`);
  const inner =
    value !== undefined && Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
  return { ...value, [part]: setAt(inner, rest, to) };
}
