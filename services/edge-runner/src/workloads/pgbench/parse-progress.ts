/** One line of `pgbench -P`. */
export interface ProgressLine {
  readonly seconds: number;
  readonly tps: number;
  readonly latencyAverageMs: number;
}

const PROGRESS = /^progress: ([\d.]+) s, ([\d.]+) tps, lat ([\d.]+|NaN) ms stddev/;
const TUPLES = /^(\d+) of (\d+) tuples \(\d+%\)/;

/** `progress: 1.0 s, 2249.0 tps, lat 0.875 ms stddev 0.436, 0 failed`; undefined for any other line. */
export function parseProgress(line: string): ProgressLine | undefined {
  const [, seconds, tps, latency] = PROGRESS.exec(line) ?? [];
  if (seconds === undefined || tps === undefined) return undefined;
  const average = Number(latency);
  return { seconds: Number(seconds), tps: Number(tps), latencyAverageMs: Number.isFinite(average) ? average : 0 };
}

/** Share (0 to 1) of the rows that `pgbench -i` has generated, from its line `100000 of 1000000 tuples (10%) done …`. */
export function parseInitProgress(line: string): number | undefined {
  const [, done, all] = TUPLES.exec(line) ?? [];
  return done === undefined || Number(all) === 0 ? undefined : Number(done) / Number(all);
}
