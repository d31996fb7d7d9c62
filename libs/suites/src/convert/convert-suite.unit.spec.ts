import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSuite } from '../parse/parse-suite.ts';
import { familiarNames } from '../secrets/secret-names.ts';
import { predecessorArbitrary } from '../testing/predecessor-arbitrary.ts';
import { convertSuite } from './convert-suite.ts';

const folder = join(import.meta.dirname, '../../../../examples/predecessor');

describe.each(readdirSync(folder))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const converted = convertSuite(text, name);
  if (!converted.ok) throw new Error(JSON.stringify(converted));

  it('becomes the golden file', () =>
    expect(converted.yaml).toMatchFileSnapshot(join(import.meta.dirname, 'fixtures', name)));

  it('is the same suite, without its secrets', () => {
    const old = parseSuite(text, { file: name, secretName: familiarNames() });
    expect(parseSuite(converted.yaml)).toEqual({ ok: true, suite: old.ok && old.suite });
    expect(converted.yaml).not.toContain('YOUR_');
    expect(converted.secrets).not.toEqual([]);
  });
});

it('any valid file is the same suite before and after', () => {
  let withSecrets = 0;
  fc.assert(
    fc.property(predecessorArbitrary, (document) => {
      const text = JSON.stringify(document);
      const old = parseSuite(text, { file: 'old.json', secretName: familiarNames() });
      if (!old.ok) throw new Error(JSON.stringify(old.problems));
      const converted = convertSuite(text, 'old.json');
      if (!converted.ok) throw new Error(JSON.stringify(converted.problems));
      if (converted.secrets.length > 0) withSecrets += 1;
      expect(parseSuite(converted.yaml)).toEqual({ ok: true, suite: old.suite });
    }),
    { numRuns: 100 },
  );
  expect(withSecrets).toBeGreaterThan(10);
}, 60_000);

it('a native file needs no conversion, a file name is no text of its own', () => {
  const text = readFileSync(join(folder, 'instance.yaml'), 'utf8');
  const odd = convertSuite(text, 'a\nkind: b');
  expect(odd.ok && odd.yaml.split('\n')[0]).toBe('# Converted from a file of the predecessor: a kind: b');
  expect(convertSuite(odd.ok ? odd.yaml : '', 'x')).toMatchObject({ problems: [{ code: 'SUITE_NATIVE_ALREADY' }] });
});
