import { BenchbusError, type Recorded, type WorkloadSummary } from '@benchbus/events';
import { LatencyHistogram, parseReport, summarise, TransactionLogReader } from '@benchbus/load-tools';
import type { Report } from '../finding.ts';

export const REPORT = 'pgbench.stdout.txt';
export const TRANSACTIONS = 'transactions.log.gz';

/** What a run's raw output came to while it was read. */
export interface RawOutput {
  report?: string;
  histogram?: LatencyHistogram;
}

/** Reads an unpacked per-transaction log. */
export async function readTransactions(bytes: AsyncIterable<Uint8Array>): Promise<LatencyHistogram> {
  const histogram = new LatencyHistogram();
  const reader = new TransactionLogReader(histogram);
  for await (const chunk of bytes) reader.push(chunk);
  return histogram;
}

/** The tool prints three digits, and its log has whole microseconds. */
const ROUNDING_MS = 0.002;

/** Computes a run's numbers anew, with the code that the runner used, and compares them with the logged ones. */
export function compareNumbers(run: Recorded<'RunCompleted'>, raw: RawOutput | undefined, report: Report): void {
  const { summary } = run.data;
  if (summary.tool !== 'pgbench') return report('RAW_MISSING', run, `no reader for the output of ${summary.tool}`);
  if (raw?.report === undefined || raw.histogram === undefined)
    return report('RAW_MISSING', run, `${raw?.report === undefined ? REPORT : TRANSACTIONS} is not there`);
  let again: WorkloadSummary;
  try {
    again = summarise(
      parseReport(raw.report),
      { histogram: raw.histogram },
      summary.serverVersion,
      new Date(summary.startedAt),
    );
  } catch (error) {
    if (!(error instanceof BenchbusError)) throw error;
    return report('NUMBER_DIFFERS', run, error.problem.message);
  }
  for (const name of Object.keys(summary) as (keyof WorkloadSummary)[])
    if (summary[name] !== again[name])
      report('NUMBER_DIFFERS', run, `${name} is ${summary[name]} in the log, ${again[name]} by the raw output`);
  const mean = raw.histogram.mean / 1000;
  if (Math.abs(mean - summary.latencyAverageMs) > ROUNDING_MS)
    report(
      'NUMBER_DIFFERS',
      run,
      `latencyAverageMs is ${summary.latencyAverageMs}, over every transaction ${mean.toFixed(3)}`,
    );
}
