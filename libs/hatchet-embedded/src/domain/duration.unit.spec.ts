import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGoDuration } from './duration.ts';

test.each([
  ['10s', 10_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['1.5s', 1_500],
  ['24h', 86_400_000],
  ['0', 0],
  ['1500us', 2],
])('%s is %s ms', (text, ms) => {
  expect(parseGoDuration(text)).toBe(ms);
});

test.each(['', '10', 's', '-1s', '1d', '10 s', '1s;', '9999999999999999h'])('%j is none', (text) => {
  expect(parseGoDuration(text)).toBeNull();
});

test('hours, minutes and seconds add up; anything else never throws', () => {
  const part = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(part, part, part, (h, m, s) => {
      expect(parseGoDuration(`${String(h)}h${String(m)}m${String(s)}s`)).toBe(((h * 60 + m) * 60 + s) * 1_000);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseGoDuration(text)).not.toThrow();
    }),
  );
});
