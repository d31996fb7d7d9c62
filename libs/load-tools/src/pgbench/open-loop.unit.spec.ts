import { readFileSync } from 'node:fs';
import { RESULT_V1, resultV1 } from '@benchbus/results';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from '../latency-histogram.ts';
import { SecondSeries } from '../second-series.ts';
import { summaryOf } from '../summary-of.ts';
import { measuredByPgbench, type PgbenchOptions } from './measured-by-pgbench.ts';
import { parseReport } from './parse-report.ts';
import { expectedTps, samplingOption, samplingShare, shareIn } from './sampling.ts';
import { TransactionLogReader } from './transaction-log.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

function measured(name: string, options: Partial<PgbenchOptions>) {
  const [histogram, lag] = [new LatencyHistogram(), new LatencyHistogram()];
  const log = fixture(`transactions-${name}-15.log.txt`);
  const firstMs = Number(/^\d+ \d+ \S+ \d+ (\d+)/.exec(log)?.[1]) * 1000;
  const seconds = new SecondSeries(firstMs);
  const reader = new TransactionLogReader({ histogram, lag, seconds });
  reader.push(Buffer.from(log));
  const report = parseReport(fixture(`${name}-15.stdout.txt`));
  return {
    reader,
    numbers: measuredByPgbench(report, { histogram, lag, seconds }, { script: 'tpcb-like', ...options }),
  };
}

describe('an open loop of pgbench', () => {
  it('tells how late transactions began, and what was skipped', () => {
    const { numbers, reader } = measured('rate-limit', { rateTps: 200, latencyLimitMs: 20 });
    expect(numbers.openLoop).toMatchObject({
      rateTps: 200,
      scheduleLagAverageMs: 1.506,
      scheduleLagMaxMs: 19.714,
      latencyLimitMs: 20,
      skippedTransactions: 30,
      lateTransactions: 14,
    });
    expect([reader.skipped, reader.failed]).toEqual([30, 0]);
    // Those of the log are what the report's come of.
    const { scheduleLagP50Ms = 0, scheduleLagP999Ms = 0 } = numbers.openLoop ?? {};
    expect(scheduleLagP50Ms).toBeLessThan(1.506);
    expect(scheduleLagP999Ms).toBeCloseTo(19.714, 3);
    const points = numbers.series.points.reduce((sum, { tps }) => sum + tps, 0);
    // 541 in all: the recorded log begins within a second, and what ended after the last whole one is no point.
    expect(points).toBe(423);
    const summary = summaryOf(numbers, '15.1', new Date(0));
    expect(summary).toMatchObject({ skippedTransactions: 30, scheduleLag: { averageMs: 1.506, maxMs: 19.714 } });
    resultV1.parse({ schema: RESULT_V1, ...numbers, startedAt: '2026-11-28T18:00:00Z' });
  });

  it('of which a sample was logged says so, and counts all', () => {
    const { numbers } = measured('sampled', { rateTps: 100, share: 0.5 });
    expect(numbers).toMatchObject({
      sampling: { share: 0.5 },
      total: { transactions: 298, sources: { latencyP99Ms: 'sampled-transactions', latencyAverageMs: 'tool-summary' } },
      histogram: { count: 150, source: 'sampled-transactions' },
    });
    expect(summaryOf(numbers, '15.1', new Date(0))).toMatchObject({ sampledShare: 0.5 });
    expect(numbers.series.points.reduce((sum, { tps }) => sum + tps, 0)).toBe(240);
  });

  it('whose sample is too small or too large for its share is incomplete', () => {
    for (const share of [0.2, 0.9]) expect(() => measured('sampled', { share })).toThrow(/should be logged/);
    expect(() => measured('sampled', {})).toThrow(/its logs have 150/);
  });
});

describe('which share is logged', () => {
  it('is all of it up to the limit, and as much as keeps to it above', () => {
    expect(samplingShare(undefined, 1000)).toBeUndefined();
    expect(samplingShare(1000, 1000)).toBeUndefined();
    expect(samplingShare(4000, 1000)).toBe(0.25);
    expect(samplingShare(1e9, 1000)).toBe(0.001);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (expected, limit) => {
        const share = samplingShare(expected, limit);
        expect(shareIn(['pgbench', ...samplingOption(share)])).toBe(share);
        if (share !== undefined && share > 0.001) expect(share * expected).toBeLessThanOrEqual(limit * 1.0001);
      }),
    );
  });

  it('expects the rate asked for, at most what the warm-up did', () => {
    expect([
      expectedTps(5, 3),
      expectedTps(3, 5),
      expectedTps(undefined, 5),
      expectedTps(undefined, undefined),
    ]).toEqual([3, 3, 5, undefined]);
  });
});
