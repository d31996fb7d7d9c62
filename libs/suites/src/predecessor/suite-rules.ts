import { CONNECTION_ALLOWED } from '../connection/parse-connection.ts';
import { sayableConnection } from '../native/connection-url.ts';
import { MAX_RUNS } from '../expansion/limits.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { valueAt } from '../parse/field-path.ts';
import type { Finding } from '../parse/finding.ts';
import { templateRules } from './template-rules.ts';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const wrong = (path: FieldPath, text: string): Finding => ({ code: 'SUITE_INVALID_VALUE', path, text });

/** `connectionString`, in either form. */
function connectionRules(value: unknown, path: FieldPath): Finding[] {
  const inMap = valueAt(value, ['url']);
  const [text, where] = typeof inMap === 'string' ? [inMap, [...path, 'url']] : [value, path];
  if (typeof text !== 'string' || text === '') return [];
  const connection = sayableConnection(text);
  if (connection === undefined) {
    // Of such a text nobody can tell whether it holds a secret.
    const other = `a text that may hold secrets (not shown); allowed is { secret: NAME } for all of it, or ${CONNECTION_ALLOWED}`;
    return [{ ...wrong(where, other), code: 'SUITE_PLAIN_SECRET' }];
  }
  if (connection.password === undefined) return [];
  const apart = 'the text holds a password (value not shown); allowed is { url: TEXT, password: { secret: NAME } }';
  return [{ ...wrong(where, apart), code: 'SUITE_PLAIN_SECRET' }];
}

function testRules(test: unknown, path: FieldPath): Finding[] {
  if (typeof test !== 'object' || test === null) return [];
  const template = valueAt(test, ['databaseTemplate']);
  const connection = valueAt(test, ['connectionString']);
  const found: Finding[] = [];
  if ((template === undefined) === (connection === undefined)) {
    const text = template === undefined ? 'has no database' : 'has two databases';
    found.push(wrong(path, `${text}; allowed is exactly one of databaseTemplate and connectionString`));
  }
  if (template !== undefined) found.push(...templateRules(template, [...path, 'databaseTemplate']));
  if (connection !== undefined) found.push(...connectionRules(connection, [...path, 'connectionString']));
  return found;
}

/** What the shape of a predecessor's suite alone cannot say. */
export function suiteRules(document: unknown): Finding[] {
  const tests = list(valueAt(document, ['suite', 'tests']));
  const found = tests.flatMap((test, index) => testRules(test, ['suite', 'tests', index]));
  if (tests.length > MAX_RUNS)
    found.push({
      code: 'SUITE_TOO_LARGE',
      path: ['suite', 'tests'],
      text: `the suite has ${tests.length} runs; allowed are ${MAX_RUNS}`,
      hint: 'split it into several suites',
    });
  return found;
}
