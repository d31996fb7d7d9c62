import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanInterval, ratioInterval } from './ratio-interval.ts';
import { statisticsOf } from './sample.ts';
import { verdictOf } from './verdict.ts';
import { differencesOf } from './differences.ts';

const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const sample = fc.array(positive, { minLength: 3, maxLength: 20 });

describe('the interval of a ratio', () => {
  test("is Welch's: a worked example", () => {
    // Reckoned apart with SciPy 1.17.1, ttest_ind(log(b), log(a), equal_var=False).confidence_interval(0.95).
    const [a, b] = [
      [100, 104, 96, 102, 99],
      [91, 89, 93, 88, 92],
    ];
    const found = ratioInterval(a, b);
    expect(found?.ratio).toBeCloseTo(0.90431, 4);
    expect(found?.low).toBeCloseTo(0.8691, 4);
    expect(found?.high).toBeCloseTo(0.941, 4);
  });

  test('needs three values on each side, all with a logarithm', () => {
    expect(ratioInterval([1, 2], [1, 2, 3])).toBeUndefined();
    expect(ratioInterval([1, 2, 3], [1, 2])).toBeUndefined();
    expect(ratioInterval([1, 2, 0], [1, 2, 3])).toBeUndefined();
    expect(ratioInterval([2, 2, 2], [1, 1, 1])).toEqual({ ratio: 0.5, low: 0.5, high: 0.5 });
  });

  test('holds its ratio, knows no unit, and turns round with its sides', () => {
    fc.assert(
      fc.property(sample, sample, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (a, b, unit) => {
        const one = ratioInterval(a, b);
        const back = ratioInterval(b, a);
        const other = ratioInterval(
          a.map((value) => value * unit),
          b.map((value) => value * unit),
        );
        if (one === undefined || back === undefined || other === undefined) throw new Error('an interval is missing');
        expect(one.low).toBeLessThanOrEqual(one.ratio);
        expect(one.high).toBeGreaterThanOrEqual(one.ratio);
        expect(other.ratio / one.ratio).toBeCloseTo(1, 6);
        expect(back.ratio * one.ratio).toBeCloseTo(1, 6);
        expect(Math.log(back.low)).toBeCloseTo(-Math.log(one.high), 3);
      }),
    );
  });
});

test("the interval of one sample's mean is Student's: a worked example", () => {
  // Reckoned apart with SciPy 1.17.1: exp(t.interval(0.95, 4, mean(log(a)), sem(log(a)))).
  const found = meanInterval([100, 104, 96, 102, 99]);
  expect(found?.low).toBeCloseTo(96.4588, 3);
  expect(found?.high).toBeCloseTo(104.0098, 3);
  expect(meanInterval([1, 2])).toBeUndefined();
  expect(meanInterval([1, 2, 0])).toBeUndefined();
});

describe('the verdict', () => {
  test.each([
    [0.9, 0.94, 'higher', 'worse'],
    [0.9, 0.94, 'lower', 'better'],
    [1.06, 1.2, 'higher', 'better'],
    [1.06, 1.2, 'lower', 'worse'],
    [0.96, 1.04, 'higher', 'same'],
    [0.96, 1.04, 'lower', 'same'],
    [0.9, 0.99, 'higher', 'inconclusive'],
    [0.9, 1.2, 'lower', 'inconclusive'],
  ] as const)('%d to %d where %s is better: %s', (low, high, better, verdict) =>
    expect(verdictOf({ ratio: Math.sqrt(low * high), low, high }, better, 0.05)).toBe(verdict),
  );

  test('is opposite when the sides change places', () => {
    const opposite = { worse: 'better', better: 'worse', same: 'same', inconclusive: 'inconclusive' };
    const bounds = fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(bounds, fc.constantFrom('higher' as const, 'lower' as const), ([at, width], better) => {
        const interval = { ratio: Math.exp(at), low: Math.exp(at - width), high: Math.exp(at + width) };
        const turned = { ratio: 1 / interval.ratio, low: 1 / interval.high, high: 1 / interval.low };
        expect(verdictOf(turned, better, 0.05)).toBe(opposite[verdictOf(interval, better, 0.05)]);
      }),
    );
  });
});

test('median, extremes and spread of a sample', () => {
  expect(statisticsOf([3, 1, 2])).toEqual({ count: 3, median: 2, least: 1, greatest: 3, relativeDeviation: 0.5 });
  expect(statisticsOf([4, 1, 2, 3])).toMatchObject({ median: 2.5 });
  expect(statisticsOf([7])).toEqual({ count: 1, median: 7, least: 7, greatest: 7, relativeDeviation: undefined });
});

test('differences are told by path', () => {
  const a = { workload: { clients: 1, script: 'x' }, environment: { host: 'h', old: true } };
  const b = { workload: { clients: 2, script: 'x' }, environment: { host: 'h', new: [1] } };
  expect(differencesOf(a, b)).toEqual([
    { where: 'workload.clients', a: '1', b: '2' },
    { where: 'environment.old', a: 'true', b: undefined },
    { where: 'environment.new.0', a: undefined, b: '1' },
  ]);
  expect(differencesOf(a, a)).toEqual([]);
});
