import type { LatencyName, Measured, Measures, SeriesPoint, TypeMeasures } from '@benchbus/results';
import { toHdr } from '../hdr.ts';
import { latenciesOf, type Latencies } from '../latencies.ts';
import { LatencyHistogram } from '../latency-histogram.ts';
import type { Start, Starts } from './starts.ts';
import { ThroughputSeries } from './throughput-series.ts';

/** What one start did; of one that ended without a report, transactions alone. */
export interface Part extends Pick<Start, 'fromMs'> {
  readonly types: readonly Omit<TypeMeasures, 'tps'>[];
  /** Not given: the tool has none, or it ended without a report. */
  readonly histogram?: LatencyHistogram | undefined;
  /** By the time since this start, in seconds: where that is known, with fractions, which all have in common. */
  readonly points: readonly SeriesPoint[];
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
const sum = <T>(of: readonly T[], value: (one: T) => number): number => of.reduce((all, one) => all + value(one), 0);

/** At most what is said here: of all, a percentile is no more than the largest of the parts'. */
const LARGEST: readonly LatencyName[] = [
  ...(['latencyP50Ms', 'latencyP90Ms', 'latencyP95Ms', 'latencyP99Ms', 'latencyP999Ms', 'latencyMaxMs'] as const),
];

/** Latencies of several distributions of which only this much is known. */
export function mergedLatencies(parts: readonly Omit<Measures, 'tps'>[]): Latencies {
  const told = parts.filter((part) => part.transactions > 0 && part.latencyAverageMs !== undefined);
  const count = sum(told, ({ transactions }) => transactions);
  if (count === 0) return { sources: {} };
  const mean = sum(told, ({ transactions, latencyAverageMs = 0 }) => transactions * latencyAverageMs) / count;
  const values = LARGEST.flatMap((name) => {
    const all = told.flatMap((part) => part[name] ?? []);
    return all.length === 0 ? [] : [[name, Math.max(...all)] as const];
  });
  const merged = { latencyAverageMs: thousandths(mean), ...Object.fromEntries(values) };
  return { ...merged, sources: Object.fromEntries(Object.keys(merged).map((name) => [name, 'tool-summary'])) };
}

/** Counts of all, and their throughput over the whole time: that without a server included. */
const countsOf = (parts: readonly Omit<Measures, 'tps'>[], seconds: number) => {
  const transactions = sum(parts, (part) => part.transactions);
  return {
    ...{ transactions, failedTransactions: sum(parts, (part) => part.failedTransactions) },
    tps: thousandths(transactions / seconds),
  };
};

/** Each second of the measured part; one without any start has nothing. */
function pointsOf(parts: readonly Part[], measuredMs: number): SeriesPoint[] {
  const count = Math.max(1, Math.round(measuredMs / 1000));
  const points: SeriesPoint[] = Array.from({ length: count }, (_, second) => ({ second, tps: 0 }));
  for (const { fromMs, points: own } of parts)
    for (const point of own) {
      const second = Math.round(fromMs / 1000 + point.second);
      const there = points[second];
      if (there !== undefined) points[second] = { ...point, second, tps: there.tps + point.tps };
    }
  return points;
}

/** Several starts as one measurement; without `latencyOf` the latencies of `total` are those of all transactions. */
export function mergeStarts(
  tool: Measured['tool'],
  parts: readonly Part[],
  { measuredMs }: Pick<Starts, 'measuredMs'>,
  latencyOf?: string,
): Measured {
  const seconds = Math.max(0.001, measuredMs / 1000);
  const names = [...new Set(parts.flatMap(({ types }) => types.map(({ name }) => name)))];
  const histogram = new LatencyHistogram();
  for (const part of parts) for (const [micros, count] of part.histogram?.entries() ?? []) histogram.add(micros, count);
  const whole = histogram.total > 0 ? latenciesOf(histogram, 'tool-histogram') : undefined;
  const types = names.map((name): TypeMeasures => {
    const own = parts.flatMap((part) => part.types.filter((type) => type.name === name));
    return { name, ...countsOf(own, seconds), ...(whole ?? mergedLatencies(own)) };
  });
  const all = parts.flatMap((part) => part.types);
  const ofType = parts.flatMap((part) =>
    part.types.filter(({ name }) => latencyOf === undefined || name === latencyOf),
  );
  return {
    tool,
    durationSeconds: seconds,
    total: { ...countsOf(all, seconds), ...(whole ?? mergedLatencies(ofType)) },
    ...(latencyOf === undefined ? {} : { latencyOf }),
    types,
    ...(whole === undefined ? {} : { histogram: toHdr(histogram, 'tool-histogram') }),
    series: { source: 'tool-summary', points: pointsOf(parts, measuredMs) },
    // How many connections each start lost, nobody knows: the tools say a line or more of one, and not of every one.
    toolStarts: parts.length,
  };
}

/** Throughput over time by the tool's own seconds, each spread evenly. @param startedMs of the measured part, since the epoch */
export function seriesOfParts(parts: readonly Part[], startedMs: number): ThroughputSeries {
  const series = new ThroughputSeries();
  for (const { fromMs, points } of parts)
    for (const { second, tps } of points)
      for (let tenth = 0; tenth < 10; tenth += 1)
        series.add(startedMs + fromMs + second * 1000 + tenth * 100, tps / 10);
  return series;
}
