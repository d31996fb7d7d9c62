import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normaliseSuite, parseSuite } from '../parse/parse-suite.ts';
import { namesOfSuite } from '../secrets/secret-names.ts';
import { predecessorArbitrary } from '../testing/predecessor-arbitrary.ts';

/** Every path of a document, down to its leaves. */
const pathsOf = (value: unknown): (string | number)[][] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, item]) => [[key], ...pathsOf(item).map((rest) => [key, ...rest])]);

function replaced(document: object, path: readonly (string | number)[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(document)) as Record<string | number, unknown>;
  let at = copy;
  for (const part of path.slice(0, -1)) {
    const next = at[part];
    if (typeof next !== 'object' || next === null) return copy;
    at = next as Record<string | number, unknown>;
  }
  at[path.at(-1) ?? ''] = value;
  return copy;
}

it('any value anywhere in a valid file is a suite, or coded problems with a path; lifting never throws', () => {
  let refused = 0;
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('postgres://u:pw@h', 'host=h password=pw', '__proto__'),
  );
  fc.assert(
    fc.property(predecessorArbitrary, fc.nat(), value, (document, pick, instead) => {
      const paths = pathsOf(document);
      const mutated = replaced(document, paths[pick % paths.length] ?? [], instead);
      for (const parsed of [
        normaliseSuite(mutated),
        parseSuite(JSON.stringify(mutated), { secretName: namesOfSuite('s') }),
      ]) {
        if (parsed.ok) continue;
        refused += 1;
        expect(parsed.problems.length).toBeGreaterThan(0);
        for (const { code, where, message } of parsed.problems) {
          expect(code).toMatch(/^SUITE_[A-Z_]+$/);
          expect(where !== undefined || /^suite:\d+:\d+: /.test(message), message).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(100);
}, 120_000);
