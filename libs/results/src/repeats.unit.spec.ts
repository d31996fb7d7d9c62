import type { WorkloadSummary } from '@benchbus/events';
import { exampleWorkload } from '@benchbus/suites/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from './metrics.ts';
import { middleOf, repeatedMetrics, samplesOf } from './repeats.ts';

const measured = (tps: number, more: object = {}): WorkloadSummary =>
  ({ ...Object.fromEntries(METRICS.map(({ name }) => [name, 1])), tps, ...more }) as never;
const invalid = { validity: { verdict: 'invalid', reasons: [] } };
const closed = exampleWorkload({});

describe('several measurements of a test', () => {
  it('are told by median, spread and number, metric by metric', () => {
    const [tps, average] = repeatedMetrics([90, 110, 100].map((each) => measured(each)));
    expect(tps).toMatchObject({ name: 'tps', better: 'higher', count: 3, median: 100, least: 90, greatest: 110 });
    expect(tps?.relativeDeviation).toBeCloseTo(0.1);
    expect(average).toMatchObject({ name: 'latencyAverageMs', count: 3, median: 1, relativeDeviation: 0 });
    expect(
      repeatedMetrics([measured(1, { failedTransactions: 0 }), measured(1, { failedTransactions: 0 })]).at(-1),
    ).toMatchObject({
      median: 0,
      relativeDeviation: undefined,
    });
    expect(repeatedMetrics([])).toEqual([]);
  });

  it('are represented by a real one in the middle: of two the worse, and valid ones first', () => {
    const of = (workload: typeof closed, ...all: WorkloadSummary[]) => middleOf(all, workload);
    expect(of(closed, measured(90), measured(110), measured(100))).toBe(2);
    expect(of(closed, measured(110), measured(100))).toBe(1);
    expect(of(closed, measured(100, invalid), measured(90), measured(80))).toBe(2);
    expect(of(closed, measured(100, invalid), measured(90, invalid), measured(80, invalid))).toBe(1);
    const late = [5, 9].map((latencyP99Ms) => measured(100, { latencyP99Ms }));
    expect(of({ ...closed, rate: 10 } as typeof closed, ...late)).toBe(1);
  });

  it('have as many on one side as on the other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 30 }), (values) => {
        const middle =
          values[
            middleOf(
              values.map((tps) => measured(tps)),
              closed,
            )
          ] ?? Number.NaN;
        const [worse, better] = [values.filter((v) => v < middle).length, values.filter((v) => v > middle).length];
        expect(better - worse).toBe((values.length - 1) % 2);
      }),
    );
  });

  it('are one where a run measured once, and none where it did not', () => {
    const [a, b] = [measured(1), measured(2)];
    expect(samplesOf({ summary: a })).toEqual([a]);
    expect(samplesOf({ summary: a, repeats: [a, b] })).toEqual([a, b]);
    expect(samplesOf({})).toEqual([]);
  });
});
