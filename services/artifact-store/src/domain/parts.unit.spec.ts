import fc from 'fast-check';
import { expect, it } from 'vitest';
import { missingParts, partsOf } from './parts.ts';

const MIB = 2 ** 20;

it('cuts any file into at most 10,000 parts that follow each other, of one size but for the last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 * 2 ** 40 }),
      fc.integer({ min: 5 * MIB, max: 512 * MIB }),
      (bytes, size) => {
        const parts = partsOf(bytes, size);
        expect(parts.length).toBeLessThanOrEqual(10_000);
        expect(parts.reduce((end, part) => (part.offset === end ? end + part.bytes : NaN), 0)).toBe(bytes);
        expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
        expect(new Set(parts.slice(0, -1).map((part) => part.bytes)).size).toBeLessThanOrEqual(1);
        expect(parts.slice(0, -1).every((part) => part.bytes >= size)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

it('sends again what did not arrive, or arrived short', () => {
  const parts = partsOf(25 * MIB, 10 * MIB);
  expect(parts.map(({ bytes }) => bytes / MIB)).toEqual([10, 10, 5]);
  expect(missingParts(parts, new Map())).toEqual(parts);
  const arrived = new Map([
    [1, 10 * MIB],
    [3, 4 * MIB],
  ]);
  expect(missingParts(parts, arrived).map(({ number }) => number)).toEqual([2, 3]);
});
