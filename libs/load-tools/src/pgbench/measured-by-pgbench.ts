import type { Measured, OpenLoop, Source } from '@benchbus/results';
import { toHdr } from '../hdr.ts';
import { incomplete } from '../incomplete.ts';
import { latenciesFrom, latenciesOf, type Latencies } from '../latencies.ts';
import type { LatencyHistogram } from '../latency-histogram.ts';
import type { SecondSeries } from '../second-series.ts';
import type { ParsedReport, PgbenchReport } from './parse-report.ts';
import type { Segments } from './segments.ts';

/** The transactions that the log of the measured part has. */
export interface MeasuredTransactions {
  readonly histogram: LatencyHistogram;
  readonly lag?: LatencyHistogram | undefined;
  readonly seconds?: SecondSeries | undefined;
}

/** What the command asked for. */
export interface PgbenchOptions {
  /** Script, as the type of its transactions is called. */
  readonly script: string;
  readonly rateTps?: number | undefined;
  readonly latencyLimitMs?: number | undefined;
  /** Of the transactions, those that are logged; undefined: all. */
  readonly share?: number | undefined;
}

/** Beyond so many standard deviations a sample has not the size that its share says. */
const SIGMAS = 6;

/** Does the log cover the transactions that the report counts? */
function requireCovered({ transactions }: PgbenchReport, { total }: LatencyHistogram, share: number | undefined): void {
  const expected = transactions * (share ?? 1);
  const allowed = share === undefined ? 0 : SIGMAS * Math.sqrt(expected * (1 - share)) + 1;
  if (total > 0 && Math.abs(total - expected) <= allowed) return;
  const wanted = share === undefined ? '' : `, of which ${Math.round(expected)} should be logged`;
  throw incomplete('pgbench', `pgbench reports ${transactions} transactions${wanted}, its logs have ${total}`);
}

function openLoopOf(report: PgbenchReport, lag: LatencyHistogram | undefined, options: PgbenchOptions): OpenLoop {
  const { scheduleLag, skippedTransactions, lateTransactions } = report;
  const { rateTps = 0, latencyLimitMs } = options;
  const known = lag !== undefined && lag.total > 0;
  return {
    rateTps,
    ...(scheduleLag === undefined
      ? {}
      : { scheduleLagAverageMs: scheduleLag.averageMs, scheduleLagMaxMs: scheduleLag.maxMs }),
    ...(known
      ? {
          scheduleLagP50Ms: lag.percentile(500) / 1000,
          scheduleLagP95Ms: lag.percentile(950) / 1000,
          scheduleLagP99Ms: lag.percentile(990) / 1000,
          scheduleLagP999Ms: lag.percentile(999) / 1000,
        }
      : {}),
    ...(latencyLimitMs === undefined ? {} : { latencyLimitMs }),
    ...(skippedTransactions === undefined ? {} : { skippedTransactions }),
    ...(lateTransactions === undefined ? {} : { lateTransactions }),
  };
}

/** pgbench's own mean and deviation, the rest of every transaction that was logged. */
function latencies(report: PgbenchReport, histogram: LatencyHistogram, source: Source): Latencies {
  const { latencyAverageMs, latencyStddevMs } = report;
  const own = latenciesFrom('tool-summary', { latencyAverageMs, latencyStddevMs });
  const logged = latenciesOf(histogram, source);
  return { ...logged, ...own, sources: { ...logged.sources, ...own.sources } };
}

/**
 * What pgbench measured: its own report, and percentiles of the transactions that were logged. `measured`: of a part with faults.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE when report and logs do not cover the same transactions
 */
export function measuredByPgbench(
  parsed: ParsedReport,
  { histogram, lag, seconds }: MeasuredTransactions,
  options: PgbenchOptions,
  measured?: Segments,
): Measured {
  if (!parsed.ok) throw incomplete('pgbench', `pgbench's report lacks ${parsed.missing.join(', ')}`);
  const { report } = parsed;
  if (report.transactions === 0) throw incomplete('pgbench', 'pgbench processed no transaction');
  const { share, rateTps } = options;
  requireCovered(report, histogram, share);
  const source = share === undefined ? 'every-transaction' : 'sampled-transactions';
  const { transactions, failedTransactions, tps, durationSeconds, toolVersion: version } = report;
  const total = { transactions, failedTransactions, tps, ...latencies(report, histogram, source) };
  const segments = measured?.segments ?? [];
  return {
    tool: { name: 'pgbench', version },
    ...{ durationSeconds, total },
    types: [{ name: options.script, ...total }],
    ...(rateTps === undefined ? {} : { openLoop: openLoopOf(report, lag, options) }),
    ...(share === undefined ? {} : { sampling: { share } }),
    histogram: toHdr(histogram, source),
    series: { source, points: seconds?.points(durationSeconds, share) ?? [] },
    ...(measured === undefined
      ? {}
      : {
          toolStarts: segments.length,
          connectionsLost: segments.reduce((sum, { connectionsLost }) => sum + connectionsLost, 0),
        }),
  };
}
