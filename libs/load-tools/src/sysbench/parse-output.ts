import type { SeriesPoint } from '@benchbus/results';
import { LatencyHistogram } from '../latency-histogram.ts';

/** What `sysbench … run --histogram --report-interval=1` prints; times as printed. */
export interface SysbenchOutput {
  readonly version: string;
  readonly transactions: number;
  /** Errors that sysbench counted and went on after (serialisation, deadlock, unique keys). */
  readonly ignoredErrors: number;
  readonly totalSeconds: number;
  readonly latencyAverageMs: number;
  readonly latencyMaxMs: number;
  /** Middle of each of its buckets, which are 1.8 % wide, with how many transactions fell into it. */
  readonly histogram: LatencyHistogram;
  readonly points: readonly SeriesPoint[];
}

export type ParsedSysbench =
  { readonly ok: true; readonly output: SysbenchOutput } | { readonly ok: false; readonly missing: readonly string[] };

// Lines end with \n, so that a cut one is none. sysbench 1.0: src/sysbench.c, src/db_driver.c, src/sb_histogram.c
export const LINES = {
  version: /^sysbench (\S+)(?: .*)?\n/m,
  transactions: /^ +transactions: +(\d+) +\([\d.]+ per sec\.\)\n/m,
  ignoredErrors: /^ +ignored errors: +(\d+) +\([\d.]+ per sec\.\)\n/m,
  totalSeconds: /^ +total time: +([\d.]+)s\n/m,
  latencyAverageMs: /^ +avg: +([\d.]+)\n/m,
  latencyMaxMs: /^ +max: +([\d.]+)\n/m,
  sum: /^ +sum: +([\d.]+)\n/m,
} as const;
const BUCKET = /^ +([\d.]+) \|\** +(\d+)\n/gm;
const SECOND =
  /^\[ (\d+)s \] thds: \d+ tps: ([\d.]+) qps: .* lat \(ms,\d+%\): ([\d.]+) err\/s: ([\d.]+) reconn\/s: [\d.]+\n/gm;

function histogramIn(stdout: string): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const [, value, count] of stdout.matchAll(BUCKET))
    histogram.add(Math.round(Number(value) * 1000), Number(count));
  return histogram;
}

/** Its seconds, whatever the rest of its output says. */
export const pointsIn = (stdout: string): SeriesPoint[] =>
  [...stdout.matchAll(SECOND)].map(([, second, tps, , errors]) => ({
    second: Number(second) - 1,
    tps: Number(tps),
    ...(Number(errors) === 0 ? {} : { failedTps: Number(errors) }),
  }));

export function parseSysbench(stdout: string): ParsedSysbench {
  const missing: string[] = [];
  const text = (name: keyof typeof LINES): string => {
    const found = LINES[name].exec(stdout)?.[1];
    if (found === undefined) missing.push(name);
    return found ?? '';
  };
  const output: SysbenchOutput = {
    version: text('version'),
    transactions: Number(text('transactions')),
    ignoredErrors: Number(text('ignoredErrors')),
    totalSeconds: Number(text('totalSeconds')),
    latencyAverageMs: Number(text('latencyAverageMs')),
    latencyMaxMs: Number(text('latencyMaxMs')),
    histogram: histogramIn(stdout),
    points: pointsIn(stdout),
  };
  // The last line of the latencies: without it the others may be those of an output that was cut.
  text('sum');
  return missing.length > 0 ? { ok: false, missing } : { ok: true, output };
}
