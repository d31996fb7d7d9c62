import { parseReport, type ParsedReport, type PgbenchReport } from './parse-report.ts';

/** One start of pgbench within a measured part that rides through faults. */
export interface Segment {
  /** pgbench's exit code: 0, or 2 when it lost connections, or 1 when it could not begin. */
  readonly code: number;
  /** Connections that it lost. */
  readonly connectionsLost: number;
  /** What it printed on standard output. */
  readonly report: string;
}

export interface Segments {
  /** From the first start to the end of the last one. */
  readonly measuredMs: number;
  readonly segments: readonly Segment[];
}

/** What the loop around pgbench (services/edge-runner/src/workloads/pgbench/segments.ts) says on standard output. */
const MARK = 'benchbus: ';
const ENDED = /^benchbus: start \d+ ended with (\d+), connections lost: (\d+)\n/m;
const OVER = /^benchbus: measured for (\d+) ms\n/m;

/** Reads the output of several starts; undefined for that of a single pgbench, or where the end of it is missing. */
export function parseSegments(stdout: string): Segments | undefined {
  const measuredMs = OVER.exec(stdout)?.[1];
  if (!stdout.startsWith(MARK) || measuredMs === undefined) return undefined;
  const segments: Segment[] = [];
  for (let rest = stdout; ;) {
    const end = ENDED.exec(rest);
    if (end === null) return { measuredMs: Number(measuredMs), segments };
    segments.push({ code: Number(end[1]), connectionsLost: Number(end[2]), report: rest.slice(0, end.index) });
    rest = rest.slice(end.index + end[0].length);
  }
}

/** Of no transaction at all pgbench prints neither throughput nor latency. */
const didNothing = (report: string): boolean => /^number of transactions actually processed: 0(?:\/0)?\n/m.test(report);

/** Mean and standard deviation of all, from those of the parts. */
function pooled(parts: readonly PgbenchReport[]): { readonly mean: number; readonly stddev: number } {
  const total = parts.reduce((sum, { transactions }) => sum + transactions, 0);
  const over = (value: (part: PgbenchReport) => number) =>
    parts.reduce((sum, part) => sum + part.transactions * value(part), 0) / total;
  const mean = over(({ latencyAverageMs }) => latencyAverageMs);
  const square = over(({ latencyAverageMs, latencyStddevMs }) => latencyStddevMs ** 2 + latencyAverageMs ** 2);
  return { mean, stddev: Math.sqrt(Math.max(0, square - mean ** 2)) };
}
const thousandths = (value: number): number => Math.round(value * 1000) / 1000;

/**
 * One report of all starts: their transactions over the whole measured part, the time without a server included, so that
 * throughput is what a user got.
 */
export function combineSegments({ measuredMs, segments }: Segments): ParsedReport {
  const parsed = segments
    .filter(({ code, report }) => code !== 1 && !didNothing(report))
    .map((of) => parseReport(of.report));
  const missing = parsed.flatMap((one) => (one.ok ? [] : one.missing));
  if (missing.length > 0) return { ok: false, missing };
  const reports = parsed.flatMap((one) => (one.ok ? [one.report] : []));
  const [first] = reports;
  if (first === undefined) return { ok: false, missing: ['any transaction'] };
  const sum = (value: (of: PgbenchReport) => number) => reports.reduce((before, of) => before + value(of), 0);
  const transactions = sum((of) => of.transactions);
  const { mean, stddev } = pooled(reports);
  return {
    ok: true,
    report: {
      toolVersion: first.toolVersion,
      durationSeconds: measuredMs / 1000,
      transactions,
      failedTransactions: sum((of) => of.failedTransactions),
      tps: thousandths((transactions * 1000) / measuredMs),
      latencyAverageMs: thousandths(mean),
      latencyStddevMs: thousandths(stddev),
      initialConnectionMs: sum((of) => of.initialConnectionMs),
    },
  };
}

/** What pgbench's output says, be it of one start or of several. */
export function readReport(stdout: string): {
  readonly report: ParsedReport;
  readonly measured?: Segments;
} {
  if (!stdout.startsWith(MARK)) return { report: parseReport(stdout) };
  const measured = parseSegments(stdout);
  if (measured === undefined) return { report: { ok: false, missing: ['the end of the measured part'] } };
  return { report: combineSegments(measured), measured };
}
