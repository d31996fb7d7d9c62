import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

const of = (values: readonly number[]) => {
  const histogram = new LatencyHistogram();
  values.forEach((value) => histogram.add(value));
  return histogram;
};

describe('LatencyHistogram', () => {
  it('agrees with sorting all values and taking the nearest rank', () => {
    const micros = fc.oneof(fc.nat(5000), fc.integer({ min: 2 ** 24, max: 40_000_000 }));
    fc.assert(
      fc.property(
        fc.array(micros, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 1000 }),
        (values, permille) => {
          const sorted = values.toSorted((a, b) => a - b);
          const rank = Math.ceil((permille * values.length) / 1000);
          expect(of(values).percentile(permille)).toBe(sorted[rank - 1]);
          expect(of(values).max).toBe(sorted.at(-1));
        },
      ),
    );
  });

  it('has no rounding error at 99.9 % of 1000 values', () => {
    expect(of(Array.from({ length: 1000 }, (_, index) => index + 1)).percentile(999)).toBe(999);
  });

  it('keeps outliers above the array', () => {
    const histogram = of([10, 20, 2 ** 25]);
    expect([histogram.percentile(500), histogram.percentile(1000), histogram.max]).toEqual([20, 2 ** 25, 2 ** 25]);
  });

  it('has no percentile without values', () => {
    expect(of([]).percentile(500)).toBeNaN();
  });
});
