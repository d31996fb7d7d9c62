import type { Measured, Measures, SeriesPoint, TypeMeasures } from '@benchbus/results';
import { incomplete } from '../incomplete.ts';
import { latenciesFrom } from '../latencies.ts';
import { parseGoTpc, type GoTpcLine } from './parse-output.ts';

const ERROR = '_ERR';
/** What TPC-C's throughput and response time are about. */
export const HEADLINE = 'NEW_ORDER';

const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
const countOf = (lines: readonly GoTpcLine[]): number => lines.reduce((sum, { count }) => sum + count, 0);

export function typesOf(summary: readonly GoTpcLine[], seconds: number): TypeMeasures[] {
  const names = [...new Set(summary.map(({ name }) => (name.endsWith(ERROR) ? name.slice(0, -ERROR.length) : name)))];
  return names.map((name) => {
    const line = summary.find((one) => one.name === name);
    return {
      name: name.toLowerCase(),
      transactions: line?.count ?? 0,
      failedTransactions: summary.find((one) => one.name === `${name}${ERROR}`)?.count ?? 0,
      tps: thousandths((line?.count ?? 0) / seconds),
      ...(line === undefined ? { sources: {} } : latenciesFrom('tool-summary', line.latencies)),
    };
  });
}

export function pointOf(interval: readonly GoTpcLine[], second: number): SeriesPoint {
  const failed = interval.filter(({ name }) => name.endsWith(ERROR));
  const fine = interval.filter((line) => !failed.includes(line));
  const count = countOf(fine);
  const sum = fine.reduce((all, { sumMs }) => all + sumMs, 0);
  return {
    ...{ second, tps: count },
    ...(failed.length === 0 ? {} : { failedTps: countOf(failed) }),
    ...(count === 0
      ? {}
      : {
          latencyAverageMs: thousandths(sum / count),
          latencyMaxMs: Math.max(...fine.map(({ latencies }) => latencies.latencyMaxMs)),
        }),
  };
}

/**
 * It prints nothing for a second without transactions, nor when one was: with one missing (or two taken for one, as their names
 * go on ascending) nobody can tell which is which. The last second stands in the summary alone.
 */
const isGapless = (intervals: readonly unknown[], durationSeconds: number): boolean =>
  intervals.length >= Math.floor(durationSeconds) - 1;

/**
 * What go-tpc measured of TPC-C. It tells latencies by type alone, from a histogram of one significant digit between 1 ms and
 * 16 s; those of the whole are the new-order transaction's, which TPC-C is about.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE
 */
export function measuredByGoTpc(stdout: string, version: string): Measured {
  const { summary, intervals, finished } = parseGoTpc(stdout);
  const headline = summary.find(({ name }) => name === HEADLINE);
  if (!finished) throw incomplete('go-tpc', 'go-tpc did not say that it finished');
  if (headline === undefined) throw incomplete('go-tpc', 'go-tpc processed no new-order transaction');
  const durationSeconds = Math.max(...summary.map(({ seconds }) => seconds));
  const failed = summary.filter(({ name }) => name.endsWith(ERROR));
  const transactions = countOf(summary) - countOf(failed);
  const total: Measures = {
    ...{ transactions, failedTransactions: countOf(failed) },
    tps: thousandths(transactions / durationSeconds),
    ...latenciesFrom('tool-summary', headline.latencies),
  };
  return {
    tool: { name: 'go-tpc', version },
    ...{ durationSeconds, total },
    latencyOf: HEADLINE.toLowerCase(),
    types: typesOf(summary, durationSeconds),
    series: { source: 'tool-summary', points: isGapless(intervals, durationSeconds) ? intervals.map(pointOf) : [] },
  };
}
