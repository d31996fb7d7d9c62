import type { ComparedMetric, SampleStatistics } from '@benchbus/results';
import { formatCount, formatLatency } from './format.ts';

/** A value of a metric with its unit, as in results. */
function value({ unit }: ComparedMetric, number: number): string {
  if (unit === 'ms') return formatLatency(number);
  return unit === 'count' ? formatCount(number) : `${number < 100 ? number.toFixed(2) : formatCount(number)} tps`;
}

const side = (metric: ComparedMetric, statistics: SampleStatistics | undefined): string => {
  if (statistics === undefined) return '-';
  const { count, median, relativeDeviation } = statistics;
  const spread = relativeDeviation === undefined ? '' : ` ±${(relativeDeviation * 100).toFixed(1)} %`;
  return `${value(metric, median)}${spread} (n=${count})`;
};

const signed = (ratio: number): string => {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
};

/** Metric, A, B (median, spread, number of samples), change with its interval. */
export function comparedCells(metric: ComparedMetric): [name: string, a: string, b: string, change: string] {
  const { name, a, b, interval } = metric;
  const change =
    interval === undefined ? '-' : `${signed(interval.ratio)} [${signed(interval.low)}, ${signed(interval.high)}]`;
  return [name, side(metric, a), side(metric, b), change];
}
