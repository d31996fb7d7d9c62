// What load tools print, read: pure, so that whoever doubts a result computes it anew with the code that computed it.
export { faultResults, type InjectedFault, type Observed } from './faults/fault-results.ts';
export { parseProbeLog, probeLine, type ProbeLog } from './faults/probe-log.ts';
export { rangesOf, type Ranges } from './faults/ranges.ts';
export { ThroughputSeries } from './faults/throughput-series.ts';
export { LatencyHistogram } from './latency-histogram.ts';
export { parseReport, versionIn, type ParsedReport, type PgbenchReport } from './pgbench/parse-report.ts';
export { readReport, type Segments } from './pgbench/segments.ts';
export { summarise, type MeasuredTransactions } from './pgbench/summarise.ts';
export { TransactionLogReader } from './pgbench/transaction-log.ts';
