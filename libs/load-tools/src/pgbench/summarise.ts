import { BenchbusError, type WorkloadSummary } from '@benchbus/events';
import type { LatencyHistogram } from '../latency-histogram.ts';
import type { ParsedReport } from './parse-report.ts';
import type { Segments } from './segments.ts';

/** Every transaction of the measured part. */
export interface MeasuredTransactions {
  readonly histogram: LatencyHistogram;
}

const incomplete = (message: string) =>
  new BenchbusError({
    code: 'TOOL_OUTPUT_INCOMPLETE',
    message,
    where: 'pgbench (measure)',
    hint: 'was the disk full? The files are kept as artifacts',
  });

/** What a measured part with faults also tells. */
const startsOf = ({ segments }: Segments) => ({
  toolStarts: segments.length,
  connectionsLost: segments.reduce((sum, { connectionsLost }) => sum + connectionsLost, 0),
});

/**
 * The summary of a run: pgbench's own report, and exact percentiles of every transaction. `measured`: of a part with faults.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE when report and logs do not cover the same transactions
 */
export function summarise(
  parsed: ParsedReport,
  { histogram }: MeasuredTransactions,
  serverVersion: string,
  startedAt: Date,
  measured?: Segments,
): WorkloadSummary {
  if (!parsed.ok) throw incomplete(`pgbench's report lacks ${parsed.missing.join(', ')}`);
  const { report } = parsed;
  if (report.transactions === 0) throw incomplete('pgbench processed no transaction');
  if (histogram.total !== report.transactions) {
    throw incomplete(`pgbench reports ${report.transactions} transactions, its logs have ${histogram.total}`);
  }
  const ms = (permille: number) => histogram.percentile(permille) / 1000;
  return {
    tool: 'pgbench',
    toolVersion: report.toolVersion,
    serverVersion,
    durationSeconds: report.durationSeconds,
    transactions: report.transactions,
    failedTransactions: report.failedTransactions,
    tps: report.tps,
    latencyAverageMs: report.latencyAverageMs,
    latencyStddevMs: report.latencyStddevMs,
    latencyP50Ms: ms(500),
    latencyP95Ms: ms(950),
    latencyP99Ms: ms(990),
    latencyP999Ms: ms(999),
    latencyMaxMs: histogram.max / 1000,
    percentileSource: 'every transaction',
    startedAt: startedAt.toISOString(),
    ...(measured === undefined ? {} : startsOf(measured)),
  };
}
