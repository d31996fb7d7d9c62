import type { z } from 'zod';
import type { FieldPath } from './field-path.ts';
import { valueAt } from './field-path.ts';
import type { Finding } from './finding.ts';
import { nearest } from './nearest.ts';
import { knownKeys } from './schema-at.ts';
import { show } from './secrets.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

/** The schema's own words, where it has any. */
const ownWords = (issue: Issue): string | undefined =>
  /^(Invalid|Too |Unrecognized)/.test(issue.message) ? undefined : issue.message;

function limit(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const [words, bound] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum];
  const exclusive = issue.inclusive === false ? 'more than' : words;
  const unit = { string: ' characters', array: ' entries', record: ' entries' }[issue.origin as string] ?? '';
  return `${exclusive} ${bound}${unit}`;
}

/** What a discriminator (`tool`) may be, where that is what is wrong. */
const discriminators = (issue: Issue & { code: 'invalid_union' }): readonly string[] | undefined =>
  issue.errors.length === 0 && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : undefined;

function allowed(issue: Issue): string {
  const own = ownWords(issue);
  if (own !== undefined) return own;
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
    case 'too_big':
      return limit(issue);
    case 'invalid_format':
      return `text that fits ${issue.pattern ?? issue.format}`;
    case 'invalid_union':
      return discriminators(issue) === undefined
        ? issue.errors.flatMap((branch) => branch.slice(0, 1).map(allowed)).join(', or ')
        : `one of ${discriminators(issue)?.join(', ')}`;
    default:
      return issue.message;
  }
}

function suggestion(issue: Issue, value: unknown): string {
  let words: readonly string[] = [];
  if (issue.code === 'invalid_value') words = issue.values.map(String);
  if (issue.code === 'invalid_union') words = discriminators(issue) ?? [];
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Guessing costs time, and nobody reads more of them. */
const MAX_GUESSES = 100;

function unknownKeys(known: readonly string[], keys: readonly string[], path: FieldPath): Finding[] {
  const here = `allowed here: ${known.join(', ')}`;
  return keys.map((key, index) => {
    const meant = index < MAX_GUESSES ? nearest(key, known) : undefined;
    const text = meant === undefined ? `unknown key; ${here}` : `unknown key; did you mean ${meant}? ${here}`;
    return { code: 'SUITE_UNKNOWN_KEY', path: [...path, key], text };
  });
}

/** Of a union: no option takes such a value at all. */
const isWrongType = (issue: Issue): boolean =>
  issue.code === 'invalid_type' ||
  (issue.code === 'invalid_union' &&
    issue.errors.length > 0 &&
    issue.errors.flat().every((inner) => inner.path.length === 0 && isWrongType(inner)));

/** Of a union without a discriminator the issues of the option that was meant: the one whose kind of value it is. */
function meantOption(issue: Issue, value: unknown): readonly Issue[] | undefined {
  if (issue.code !== 'invalid_union' || ownWords(issue) !== undefined || value === undefined) return undefined;
  const isMapOrList = typeof value === 'object' && value !== null;
  const ofKind = issue.errors.filter((branch) =>
    branch.every(
      ({ code, path }) => path.length > 0 || !['invalid_type', isMapOrList ? 'invalid_value' : ''].includes(code),
    ),
  );
  return ofKind[0]?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function toFindings(issue: Issue, document: unknown, schema: z.core.$ZodType): Finding[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') return unknownKeys(knownKeys(schema, path, document), issue.keys, path);
  if (issue.code === 'invalid_key') {
    const why = issue.issues[0]?.message ?? issue.message;
    return [{ code: 'SUITE_INVALID_VALUE', path, text: `the key is not allowed here; allowed is ${why}` }];
  }
  const value = valueAt(document, path);
  const meant = meantOption(issue, value);
  if (meant !== undefined) return shapeFindings(meant, document, schema);
  const may = allowed(issue);
  if (value === undefined) return [{ code: 'SUITE_MISSING', path, text: `is missing; allowed is ${may}` }];
  const code = isWrongType(issue) ? 'SUITE_WRONG_TYPE' : 'SUITE_INVALID_VALUE';
  return [{ code, path, text: `is ${show(value, path)}; allowed is ${may}${suggestion(issue, value)}` }];
}

/** What the schema has to say, in the words of the format. */
export function shapeFindings(issues: readonly Issue[], document: unknown, schema: z.core.$ZodType): Finding[] {
  return issues.flatMap((issue) => toFindings(issue, document, schema));
}
