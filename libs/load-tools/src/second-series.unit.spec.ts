import { expect, it } from 'vitest';
import { SecondSeries } from './second-series.ts';

const START = 1_700_000_000_000;

it('has every second, an outage and the part of one at the end included', () => {
  const series = new SecondSeries(START);
  for (let at = 0; at < 1000; at += 10) series.add(START + at, 2000);
  for (let at = 3000; at < 4600; at += 10) series.add(START + at, at === 4000 ? 8000 : 2000);
  series.add(START + 3500, undefined);
  expect(series.points(4.6)).toEqual([
    { second: 0, tps: 100, latencyAverageMs: 2, latencyMaxMs: 2 },
    { second: 1, tps: 0 },
    { second: 2, tps: 0 },
    { second: 3, tps: 100, failedTps: 1, latencyAverageMs: 2, latencyMaxMs: 2 },
    { second: 4, tps: 100, latencyAverageMs: 2.1, latencyMaxMs: 8 },
  ]);
  // What came a moment after the end is no second of its own.
  series.add(START + 4999, 2000);
  series.add(START + 5010, 2000);
  expect(series.points(5).map(({ second }) => second)).toEqual([0, 1, 2, 3, 4]);
});

it('of a sample is scaled up', () => {
  const series = new SecondSeries(START);
  for (let at = 0; at < 1000; at += 100) series.add(START + at, 1000);
  expect(series.points(1, 0.1)).toEqual([{ second: 0, tps: 100, latencyAverageMs: 1, latencyMaxMs: 1 }]);
});
