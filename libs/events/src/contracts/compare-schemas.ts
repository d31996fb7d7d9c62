import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from './contract-schema.ts';

export type ChangeKind =
  | 'FIELD_REMOVED'
  | 'FIELD_RETYPED'
  | 'FIELD_REQUIRED'
  | 'FIELD_OPTIONAL'
  | 'FIELD_ADDED'
  | 'VALUE_REMOVED'
  | 'VALUE_ADDED'
  | 'CONSTRAINT_CHANGED';

export interface Change {
  readonly kind: ChangeKind;
  /** `grants[].runId`; empty for the data as a whole. */
  readonly field: string;
  readonly message: string;
}

/** Words for people: they change nothing. A default fills in what a reader of that version did not find. */
const WORDS = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples']);
/** Keywords that are compared in depth, one by one. */
const STRUCTURE = new Set(['type', 'enum', 'const', 'properties', 'required', 'items', 'additionalProperties']);
const ALTERNATIVES = ['anyOf', 'oneOf'] as const;

const isMap = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapOf = (value: unknown): JsonSchema => (isMap(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
const alternatives = (schema: JsonSchema): readonly unknown[] =>
  listOf(schema[ALTERNATIVES.find((key) => key in schema) ?? '']);

/** What tells alternatives apart: the constants among their properties; `x-unit`-like words do not count. */
function signature(schema: unknown): string {
  const { properties, type } = mapOf(schema);
  const names = Object.entries(mapOf(properties)).filter(([, of]) => 'const' in mapOf(of));
  return names.length > 0 ? text(names.map(([name, of]) => [name, mapOf(of)['const']])) : text(type);
}

/** Every difference that somebody who relies on `before` may notice, and what is new. */
export function compareSchemas(before: JsonSchema, after: JsonSchema, field = ''): Change[] {
  const change = (kind: ChangeKind, message: string, at = field): Change => ({ kind, field: at, message });
  if (!isDeepStrictEqual(before['type'], after['type']))
    return [change('FIELD_RETYPED', `was of type ${text(before['type'])}, is ${text(after['type'])}`)];
  if (before['x-unit'] !== after['x-unit'])
    return [change('FIELD_RETYPED', `was in ${text(before['x-unit'])}, is in ${text(after['x-unit'])}`)];
  if (!isDeepStrictEqual(before['const'], after['const']))
    return [change('FIELD_RETYPED', `was always ${text(before['const'])}, is ${text(after['const'])}`)];
  return [
    ...compareValues(before, after, change),
    ...compareProperties(before, after, field, change),
    ...compareAlternatives(before, after, field, change),
    ...compareInner(before, after, 'items', `${field}[]`, change),
    ...compareInner(before, after, 'additionalProperties', field === '' ? '*' : `${field}.*`, change),
    ...compareRest(before, after, change),
  ];
}

type MakeChange = (kind: ChangeKind, message: string, at?: string) => Change;

function compareValues(before: JsonSchema, after: JsonSchema, change: MakeChange): Change[] {
  if ('enum' in before !== 'enum' in after)
    return [
      change('FIELD_RETYPED', 'enum' in before ? 'was one of some values, is any' : 'was any value, is one of some'),
    ];
  const [was, is] = [listOf(before['enum']), listOf(after['enum'])];
  return [
    ...was
      .filter((value) => !is.includes(value))
      .map((value) => change('VALUE_REMOVED', `may not be ${text(value)} any more`)),
    ...is
      .filter((value) => !was.includes(value))
      .map((value) => change('VALUE_ADDED', `may be ${text(value)}, which a reader of this version refuses`)),
  ];
}

function compareProperties(before: JsonSchema, after: JsonSchema, field: string, change: MakeChange): Change[] {
  const [was, is] = [mapOf(before['properties']), mapOf(after['properties'])];
  const [needed, needs] = [listOf(before['required']), listOf(after['required'])];
  const changes: Change[] = [];
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const at = field === '' ? name : `${field}.${name}`;
    const required = needs.includes(name);
    if (!(name in is)) changes.push(change('FIELD_REMOVED', 'is gone', at));
    else if (!(name in was))
      changes.push(
        required
          ? change('FIELD_REQUIRED', 'is new and required: what is in the log lacks it', at)
          : change('FIELD_ADDED', 'is new and optional', at),
      );
    else {
      if (required && !needed.includes(name))
        changes.push(change('FIELD_REQUIRED', 'was optional, is required: what is in the log may lack it', at));
      if (!required && needed.includes(name))
        changes.push(
          change('FIELD_OPTIONAL', 'was required, is optional: a reader of this version refuses its absence', at),
        );
      changes.push(...compareSchemas(mapOf(was[name]), mapOf(is[name]), at));
    }
  }
  return changes;
}

function compareAlternatives(before: JsonSchema, after: JsonSchema, field: string, change: MakeChange): Change[] {
  const group = (schema: JsonSchema) => Object.groupBy(alternatives(schema), signature);
  const [was, is] = [group(before), group(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    const [old, now] = [was[key] ?? [], is[key] ?? []];
    const changes = old
      .slice(0, now.length)
      .flatMap((one, index) => compareSchemas(mapOf(one), mapOf(now[index]), field));
    if (old.length > now.length) changes.push(change('VALUE_REMOVED', `has lost the alternative ${key}`));
    if (old.length < now.length)
      changes.push(change('VALUE_ADDED', `has the new alternative ${key}, which a reader of this version refuses`));
    return changes;
  });
}

function compareInner(before: JsonSchema, after: JsonSchema, key: string, at: string, change: MakeChange): Change[] {
  const [was, is] = [before[key], after[key]];
  if (isMap(was) && isMap(is)) return compareSchemas(was, is, at);
  return isDeepStrictEqual(was, is) ? [] : [change('FIELD_RETYPED', `${key} was ${text(was)}, is ${text(is)}`, at)];
}

function compareRest(before: JsonSchema, after: JsonSchema, change: MakeChange): Change[] {
  const known = (key: string) => WORDS.has(key) || STRUCTURE.has(key) || ALTERNATIVES.some((one) => one === key);
  const keys = new Set(
    [...Object.keys(before), ...Object.keys(after)].filter((key) => !known(key) && key !== 'x-unit'),
  );
  return [...keys]
    .filter((key) => !isDeepStrictEqual(before[key], after[key]))
    .map((key) => change('CONSTRAINT_CHANGED', `${key} was ${text(before[key])}, is ${text(after[key])}`));
}
