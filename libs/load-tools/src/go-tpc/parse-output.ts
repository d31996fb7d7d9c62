import type { LatencyName } from '@benchbus/results';

/** One type of transaction, in the whole or in one interval of go-tpc's output; ms and s as printed. */
export interface GoTpcLine {
  readonly name: string;
  readonly seconds: number;
  readonly count: number;
  readonly sumMs: number;
  readonly latencies: Readonly<Record<Exclude<LatencyName, 'latencyStddevMs'>, number>>;
}

export interface GoTpcOutput {
  /** `[Summary]` lines, by type: `NEW_ORDER`, and `NEW_ORDER_ERR` for those that failed. */
  readonly summary: readonly GoTpcLine[];
  /** `[Current]` lines, one list for each interval that had any. */
  readonly intervals: readonly (readonly GoTpcLine[])[];
  /** Workers that gave up, in go-tpc's words: it ends with 0 all the same. */
  readonly failures: readonly string[];
  /** It says so when it came to its end. */
  readonly finished: boolean;
}

const N = '([\\d.]+)';
// Lines end with \n, so that a cut one is none. go-tpc: pkg/measurement/hist.go, tpcc/workload.go
const LINE = new RegExp(
  `^\\[(Summary|Current)\\] (\\w+) +- Takes\\(s\\): ${N}, Count: (\\d+), TPM: ${N}, Sum\\(ms\\): ${N}, Avg\\(ms\\): ${N}, ` +
    `50th\\(ms\\): ${N}, 90th\\(ms\\): ${N}, 95th\\(ms\\): ${N}, 99th\\(ms\\): ${N}, 99\\.9th\\(ms\\): ${N}, Max\\(ms\\): ${N}\\n`,
  'gm',
);
const FAILED = /^execute \w+ failed, err (.*)\n/gm;

/** What `go-tpc tpcc run` prints. Pure text: any text can be read, and says how much of it is there. */
export function parseGoTpc(stdout: string): GoTpcOutput {
  const summary: GoTpcLine[] = [];
  const intervals: GoTpcLine[][] = [];
  for (const [, kind, name = '', seconds, count, , sum, ...rest] of stdout.matchAll(LINE)) {
    const [avg, p50, p90, p95, p99, p999, max] = rest.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const line: GoTpcLine = {
      name,
      ...{ seconds: Number(seconds), count: Number(count), sumMs: Number(sum) },
      latencies: {
        latencyAverageMs: avg,
        latencyP50Ms: p50,
        latencyP90Ms: p90,
        latencyP95Ms: p95,
        latencyP99Ms: p99,
        latencyP999Ms: p999,
        latencyMaxMs: max,
      },
    };
    if (kind === 'Summary') summary.push(line);
    else {
      const last = intervals.at(-1);
      // The lines of an interval are in the order of their names.
      if (last === undefined || (last.at(-1)?.name ?? '') >= name) intervals.push([line]);
      else last.push(line);
    }
  }
  const failures = [...stdout.matchAll(FAILED)].map(([, text = '']) => text);
  return { summary, intervals, failures, finished: /^Finished\n/m.test(stdout) };
}
