import type { Measured } from '@benchbus/results';
import { mergeStarts, type Part } from '../faults/merge-starts.ts';
import { parseStarts, type Start } from '../faults/starts.ts';
import { incomplete } from '../incomplete.ts';
import { latenciesOf } from '../latencies.ts';
import { LINES, parseSysbench, pointsIn } from './parse-output.ts';

const counted = (values: readonly (number | undefined)[]): number =>
  Math.round(values.reduce<number>((sum, value = 0) => sum + value, 0));

/** It crashes with its connections: then its seconds tell how many transactions there were, and nothing how long they took. */
const partOf =
  (name: string) =>
  ({ fromMs, output }: Start): Part => {
    const parsed = parseSysbench(output);
    const points = pointsIn(output);
    if (!parsed.ok) {
      const transactions = counted(points.map(({ tps }) => tps));
      const failedTransactions = counted(points.map(({ failedTps }) => failedTps));
      return { fromMs, points, types: [{ name, transactions, failedTransactions, sources: {} }] };
    }
    const { transactions, ignoredErrors: failedTransactions, histogram } = parsed.output;
    const latencies = transactions === 0 ? { sources: {} } : latenciesOf(histogram, 'tool-histogram');
    const types = [{ name, transactions, failedTransactions, ...latencies }];
    return { fromMs, points, types, histogram };
  };

/**
 * What several starts of sysbench measured; latencies are of those that came to their report.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE
 */
export function sysbenchStarts(stdout: string, script: string, rateTps: number | undefined) {
  const told = parseStarts('sysbench', stdout);
  const parts = told.starts.map(partOf(script));
  if (parts.every(({ histogram }) => histogram === undefined || histogram.total === 0))
    throw incomplete('sysbench', 'no start of sysbench came to its report, and so nobody knows latencies');
  const version = LINES.version.exec(stdout)?.[1] ?? 'unknown';
  const merged = mergeStarts({ name: 'sysbench', version }, parts, told);
  const measured: Measured = { ...merged, ...(rateTps === undefined ? {} : { openLoop: { rateTps } }) };
  return { measured, parts, measuredMs: told.measuredMs };
}
