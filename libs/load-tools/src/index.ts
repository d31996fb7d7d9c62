// What load tools print, read: pure, so that whoever doubts a result computes it anew with the code that computed it.
export { LatencyHistogram } from './latency-histogram.ts';
export { parseReport, versionIn, type ParsedReport, type PgbenchReport } from './pgbench/parse-report.ts';
export { summarise, type MeasuredTransactions } from './pgbench/summarise.ts';
export { TransactionLogReader } from './pgbench/transaction-log.ts';
