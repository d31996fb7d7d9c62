import { isDeepStrictEqual } from 'node:util';
import { BenchbusError, type Recorded, type WorkloadSummary } from '@benchbus/events';
import {
  faultResults,
  LatencyHistogram,
  parseProbeLog,
  measuredByPgbench,
  readReport,
  summaryOf,
  ThroughputSeries,
  TransactionLogReader,
  type Observed,
  type Ranges,
} from '@benchbus/load-tools';
import type { Workload } from '@benchbus/suites';
import type { Report } from '../finding.ts';
import { outputOf, summaryByTool } from './summary-by-tool.ts';

export const REPORT = 'pgbench.stdout.txt';
export const TRANSACTIONS = 'transactions.log.gz';
/** Of a run with faults: what the commit probe was promised, and what was there at the end. */
export const COMMITS = 'commits.log.txt';
export const PRESENT = 'commits.present.json.txt';

/** What a run's raw output came to while it was read. */
export interface RawOutput {
  report?: string;
  /** Of another tool than pgbench: what its numbers are read from, and what it was told. */
  output?: string;
  workload?: Workload;
  transactions?: Transactions;
  commits?: string;
  present?: string;
}

/** Every transaction: how long it took, and when it ended. */
export interface Transactions {
  readonly histogram: LatencyHistogram;
  readonly series: ThroughputSeries;
  /** How late they began; of none, where they did not come by the clock. */
  readonly lag: LatencyHistogram;
}

/** Reads an unpacked per-transaction log. */
export async function readTransactions(bytes: AsyncIterable<Uint8Array>): Promise<Transactions> {
  const histogram = new LatencyHistogram();
  const series = new ThroughputSeries();
  const lag = new LatencyHistogram();
  const reader = new TransactionLogReader({ histogram, series, lag });
  for await (const chunk of bytes) reader.push(chunk);
  return { histogram, series, lag };
}

/** What the faults cost, by the files of the commit probe; undefined where there were none. @throws SyntaxError */
function faultsAgain(
  { faults }: WorkloadSummary,
  { commits, present }: RawOutput,
  over: Pick<Observed, 'series' | 'throughputSource' | 'measured'>,
): WorkloadSummary['faults'] {
  if (faults === undefined || commits === undefined || present === undefined) return undefined;
  // Who was hit, when, and who led next, was seen by the runner alone; what it cost follows from the files.
  const seen = faults.map(({ index, kind, node, at, newLeader, timeToNewLeaderMs }) => ({
    ...{ index, kind, node, at },
    ...(newLeader === undefined ? {} : { newLeader }),
    ...(timeToNewLeaderMs === undefined ? {} : { timeToNewLeaderMs }),
  }));
  return faultResults(seen, { ...over, probe: parseProbeLog(commits), present: JSON.parse(present) as Ranges });
}

/** The summary as the raw output has it. @throws BenchbusError what it lacks | SyntaxError */
function summaryAgain(summary: WorkloadSummary, raw: Required<Pick<RawOutput, 'report' | 'transactions'>> & RawOutput) {
  const { report, measured } = readReport(raw.report);
  const { histogram, series, lag } = raw.transactions;
  const startedAt = new Date(summary.startedAt);
  // The rate itself is no number of the summary.
  const options = { script: 'any', rateTps: lag.total === 0 ? undefined : 1, share: summary.sampledShare };
  const numbers = measuredByPgbench(report, { histogram, lag }, options, measured);
  const again = summaryOf(numbers, summary.serverVersion, startedAt);
  if (measured === undefined) return again;
  const span = { fromMs: startedAt.getTime(), toMs: startedAt.getTime() + measured.measuredMs };
  const faults = faultsAgain(summary, raw, { series, measured: span });
  return { ...again, ...(faults === undefined ? {} : { faults }) };
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** The tool prints three digits, and its log has whole microseconds. */
const ROUNDING_MS = 0.002;

/** The first file that computing the numbers again needs and that is not there. */
function missingFile({ tool, faults }: WorkloadSummary, raw: RawOutput = {}): string | undefined {
  if (tool !== 'pgbench' && raw.output === undefined) return outputOf(tool);
  if (tool === 'pgbench' && raw.report === undefined) return REPORT;
  if (tool === 'pgbench' && raw.transactions === undefined) return TRANSACTIONS;
  if (faults === undefined) return undefined;
  return raw.commits === undefined ? COMMITS : raw.present === undefined ? PRESENT : undefined;
}

function summaryOfRaw(summary: WorkloadSummary, raw: RawOutput): WorkloadSummary | undefined {
  const { report, transactions, output, workload } = raw;
  if (summary.tool === 'pgbench')
    return report === undefined || transactions === undefined
      ? undefined
      : summaryAgain(summary, { ...raw, report, transactions });
  return output === undefined || workload === undefined
    ? undefined
    : summaryByTool(summary, workload, output, (over) => faultsAgain(summary, raw, over));
}

/** A measurement of a run, and how the names of its own files begin. */
export interface Measured {
  readonly summary: WorkloadSummary;
  readonly prefix: string;
}

/** What a run measured: once, or, without a reset between them, each of its repeats. */
export const measurementsIn = ({ data: { summary, repeats } }: Recorded<'RunCompleted'>): Measured[] =>
  repeats?.map((each, index) => ({ summary: each, prefix: `repeat-${index + 1}.` })) ?? [{ summary, prefix: '' }];

/** Of several repeats the run's summary is one. */
export function compareRepeats(run: Recorded<'RunCompleted'>, report: Report): void {
  const { summary, repeats } = run.data;
  if (repeats !== undefined && !repeats.some((each) => isDeepStrictEqual(each, summary)))
    report('NUMBER_DIFFERS', run, 'its summary is that of none of its repeats');
}

/** Computes a measurement's numbers anew, with the code that the runner used, and compares them with the logged ones. */
export function compareNumbers(
  run: Recorded<'RunCompleted'>,
  { summary, prefix }: Measured,
  raw: RawOutput | undefined,
  report: Report,
): void {
  const lacks = missingFile(summary, raw);
  if (lacks !== undefined) return report('RAW_MISSING', run, `${prefix}${lacks} is not there`);
  let again: WorkloadSummary | undefined;
  try {
    again = summaryOfRaw(summary, raw ?? {});
  } catch (error) {
    if (!(error instanceof BenchbusError) && !(error instanceof SyntaxError)) throw error;
    return report('NUMBER_DIFFERS', run, error instanceof BenchbusError ? error.problem.message : error.message);
  }
  if (again === undefined) return report('RAW_MISSING', run, `no reader for the output of ${summary.tool}`);
  // The verdict is on the machine, of which the load tool's output says nothing.
  const { validity: _, ...numbers } = summary;
  // Older summaries of tools that do not say it counted lines.
  if (summary.tool !== 'pgbench') delete numbers.connectionsLost;
  for (const name of Object.keys(numbers) as (keyof typeof numbers)[])
    if (!isDeepStrictEqual(summary[name], again[name]))
      report(
        'NUMBER_DIFFERS',
        run,
        `${prefix}${name} is ${shown(summary[name])} in the log, ${shown(again[name])} by the raw output`,
      );
  // Of a sample the mean is another one.
  if (raw?.transactions === undefined || summary.sampledShare !== undefined) return;
  const mean = raw.transactions.histogram.mean / 1000;
  if (Math.abs(mean - summary.latencyAverageMs) > ROUNDING_MS)
    report(
      'NUMBER_DIFFERS',
      run,
      `${prefix}latencyAverageMs is ${summary.latencyAverageMs}, over every transaction ${mean.toFixed(3)}`,
    );
}
