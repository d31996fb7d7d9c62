import type { LatencyName, Measures, Source } from '@benchbus/results';
import type { LatencyHistogram } from './latency-histogram.ts';

export type Latencies = Pick<Measures, LatencyName | 'sources'>;

const PERMILLE = {
  latencyP50Ms: 500,
  latencyP90Ms: 900,
  latencyP95Ms: 950,
  latencyP99Ms: 990,
  latencyP999Ms: 999,
} as const;

/** Latencies with one source for all. */
export function latenciesFrom(
  source: Source,
  values: Readonly<Partial<Record<LatencyName, number | undefined>>>,
): Latencies {
  const told = Object.entries(values) as [LatencyName, number | undefined][];
  const given = told.filter((entry): entry is [LatencyName, number] => entry[1] !== undefined);
  return { ...Object.fromEntries(given), sources: Object.fromEntries(given.map(([name]) => [name, source])) };
}

/** To whole microseconds. */
const ms = (micros: number): number => Math.round(micros) / 1000;

/** All that a histogram tells, of at least one value. */
export const latenciesOf = (histogram: LatencyHistogram, source: Source): Latencies =>
  latenciesFrom(source, {
    latencyAverageMs: ms(histogram.mean),
    latencyStddevMs: ms(histogram.stddev),
    ...Object.fromEntries(
      Object.entries(PERMILLE).map(([name, permille]) => [name, histogram.percentile(permille) / 1000]),
    ),
    latencyMaxMs: histogram.max / 1000,
  });
