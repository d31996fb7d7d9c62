import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { toNative, toNativeYaml } from '../native/to-native-yaml.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { normaliseSuite, parseSuite } from './parse-suite.ts';

// Hundreds of files each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const quickstart = readFileSync(join(import.meta.dirname, '../../../../examples/quickstart.yaml'), 'utf8');

/** Characters that mean something to YAML, and some that mean trouble. */
const noise = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ' ',
    '\n',
    '\t',
    '-',
    '&a ',
    '*a',
    '!',
    '|',
    '>',
    '"',
    "'",
    '#',
    '---\n',
    '? ',
    '<<: ',
    '\u0000',
    '\uFEFF',
    '😀',
    '__proto__: ',
    'null',
    '1e999',
    '.nan',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const place = fc.nat(quickstart.length);
const mutation = fc.oneof(
  fc.record({ at: place, remove: fc.constant(0), insert: noise }),
  fc.record({ at: place, remove: fc.integer({ min: 1, max: 80 }), insert: fc.constant('') }),
  fc.record({ at: place, remove: fc.integer({ min: 1, max: 8 }), insert: noise }),
  fc.record({ at: place, remove: fc.constant(0), insert: place.map((from) => quickstart.slice(from, from + 60)) }),
);

it('never crashes on 500 mutated files: each is a suite, or gets coded problems with a path or a position', () => {
  let refused = 0;
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      const text = mutations.reduce(
        (file, { at, remove, insert }) => file.slice(0, at) + insert + file.slice(at + remove),
        quickstart,
      );
      const parsed = parseSuite(text, { file: 'm.yaml' });
      if (parsed.ok) return;
      refused += 1;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const problem of parsed.problems) {
        expect(problem.code).toMatch(/^SUITE_[A-Z_]+$/);
        expect(problem.where !== undefined || /^m\.yaml:\d+:\d+: /.test(problem.message), problem.message).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(100);
});

it('never crashes on any JSON value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 'tests', 'keep', 'timeouts', 'name'), (value, key) => {
      const document = key === undefined ? value : { apiVersion: 'benchbus.io/v1', kind: 'Suite', [key]: value };
      expect(normaliseSuite(document).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it('reads back every suite it writes, as YAML and as JSON', () => {
  fc.assert(
    fc.property(suiteArbitrary, (suite) => {
      expect(parseSuite(toNativeYaml(suite))).toEqual({ ok: true, suite });
      expect(normaliseSuite(JSON.parse(JSON.stringify(toNative(suite))))).toEqual({ ok: true, suite });
    }),
    { numRuns: 100 },
  );
});
