import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { suite as suiteModel } from '../model/suite.ts';
import { toNative, toNativeYaml } from '../native/to-native-yaml.ts';
import { mayHoldSecrets } from '../secrets/may-hold-secrets.ts';
import { deepJson, levelsOf, withJsonAt, written } from '../testing/deep-json.ts';
import { mutatedBytes, mutatedDocument, mutatedText } from '../testing/mutations.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import type { ParsedSuite } from './parse-suite.ts';
import { MAX_DEPTH } from './depth.ts';
import { normaliseSuite, parseSuite } from './parse-suite.ts';

// Hundreds of files each: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

/** The examples of both dialects. */
const examples = join(import.meta.dirname, '../../../../examples');
const files = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => readFileSync(join(examples, name), 'utf8'));
const documents = files.map((text) => parse(text, { merge: true }) as unknown);

/** A suite, or problems that each have a code, and a path or a position. */
function isToldProperly(parsed: ParsedSuite): boolean {
  if (parsed.ok) {
    expect(suiteModel.safeParse(parsed.suite).success).toBe(true);
    return true;
  }
  expect(parsed.problems.length).toBeGreaterThan(0);
  for (const { code, message, where } of parsed.problems) {
    expect(code).toMatch(/^SUITE_[A-Z_]+$/);
    expect(where !== undefined || /^m\.yaml:\d+:\d+: /.test(message), message).toBe(true);
  }
  return false;
}

describe('never crashes on 2,000 mutated files, and says what is wrong with a code, and a path or a position', () => {
  const runs = (numRuns: number, arbitrary: fc.Arbitrary<string | Uint8Array>): number => {
    let refused = 0;
    const told = fc.property(arbitrary, (input) => {
      if (!isToldProperly(parseSuite(input, { file: 'm.yaml' }))) refused += 1;
    });
    fc.assert(told, { numRuns });
    return refused;
  };

  it('with other characters', () => {
    const texts = fc.constantFrom(...files).chain(mutatedText);
    expect(runs(800, texts)).toBeGreaterThan(200);
  });

  it('with other bytes', () => {
    const bytes = fc.constantFrom(...files).chain(mutatedBytes);
    expect(runs(200, bytes)).toBeGreaterThan(50);
  });

  it('with other keys, values, types, structure', () => {
    const changed = fc.constantFrom(...documents).chain(mutatedDocument);
    expect(
      runs(
        1000,
        changed.map((document) => stringify(document, { aliasDuplicateObjects: false })),
      ),
    ).toBeGreaterThan(300);
  });

  it('and on the same as values, which have no positions', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents).chain(mutatedDocument), (document) => {
        const parsed = normaliseSuite(document);
        if (parsed.ok) return;
        for (const { code, where, message } of parsed.problems)
          expect(where !== undefined || /^the suite is|^normalised/.test(message), `${code} ${message}`).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it('refuses what is too deep, wherever in a suite of either dialect it is, as a text and as a value', () => {
  const places = fc.record({ nth: fc.nat(100_000), add: fc.boolean() });
  let deep = 0;
  fc.assert(
    fc.property(fc.constantFrom(...documents), deepJson, places, (document, json, place) => {
      const text = withJsonAt(document, written(json), place);
      const isDeep = levelsOf(text) > MAX_DEPTH;
      if (isDeep) deep += 1;
      for (const parsed of [
        parseSuite(text, { file: 'm.yaml' }),
        normaliseSuite(JSON.parse(text)),
        normaliseSuite(text),
      ]) {
        const codes = parsed.ok ? [] : parsed.problems.map(({ code }) => code);
        if (isDeep) expect(['SUITE_TOO_DEEP', 'SUITE_TOO_LARGE']).toContain(codes[0]);
        else expect(codes).not.toContain('SUITE_TOO_DEEP');
      }
      expect(typeof mayHoldSecrets(Buffer.from(text))).toBe('boolean');
    }),
    { numRuns: 150 },
  );
  expect(deep).toBeGreaterThan(30);
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
      expect(suiteModel.parse(suite)).toEqual(suite);
      expect(parseSuite(toNativeYaml(suite))).toMatchObject({ ok: true, suite });
      const parsed = normaliseSuite(JSON.parse(JSON.stringify(toNative(suite))));
      expect(parsed.ok && parsed.suite).toEqual(suite);
    }),
    { numRuns: 200 },
  );
});
