/** What pgbench prints on standard output at the end; milliseconds and seconds as printed. */
export interface PgbenchReport {
  readonly toolVersion: string;
  readonly durationSeconds: number;
  readonly transactions: number;
  readonly failedTransactions: number;
  /** "without initial connection time". */
  readonly tps: number;
  readonly latencyAverageMs: number;
  readonly latencyStddevMs: number;
  readonly initialConnectionMs: number;
  /** With a rate limit alone. */
  readonly scheduleLag?: { readonly averageMs: number; readonly maxMs: number };
  /** With a latency limit alone. */
  readonly skippedTransactions?: number;
  readonly lateTransactions?: number;
}

/** `missing` names the lines that were not there: the output was cut, or is another program's. */
export type ParsedReport =
  { readonly ok: true; readonly report: PgbenchReport } | { readonly ok: false; readonly missing: readonly string[] };

// printResults() of PostgreSQL's src/bin/pgbench/pgbench.c, versions 15 to 18; lines end with \n, so a cut line is none.
const LINES = {
  toolVersion: /^pgbench \((.+)\)\n/m,
  durationSeconds: /^duration: (\d+) s\n/m,
  transactions: /^number of transactions actually processed: (\d+)(?:\/\d+)?\n/m,
  failedTransactions: /^number of failed transactions: (\d+) \([\d.]+%\)\n/m,
  latencyAverageMs: /^latency average = ([\d.]+) ms\n/m,
  latencyStddevMs: /^latency stddev = ([\d.]+) ms\n/m,
  initialConnectionMs: /^initial connection time = ([\d.]+) ms\n/m,
  tps: /^tps = ([\d.]+) \(without initial connection time\)\n/m,
} as const;
const LAG = /^rate limit schedule lag: avg ([\d.]+) \(max ([\d.]+)\) ms\n/m;
const SKIPPED = /^number of transactions skipped: (\d+) \([\d.]+%\)\n/m;
const LATE = /^number of transactions above the [\d.]+ ms latency limit: (\d+)\/\d+ \([\d.]+%\)\n/m;

function ofAnOpenLoop(stdout: string): Pick<PgbenchReport, 'scheduleLag' | 'skippedTransactions' | 'lateTransactions'> {
  const [, average, max] = LAG.exec(stdout) ?? [];
  const [skipped, late] = [SKIPPED.exec(stdout)?.[1], LATE.exec(stdout)?.[1]];
  return {
    ...(average === undefined ? {} : { scheduleLag: { averageMs: Number(average), maxMs: Number(max) } }),
    ...(skipped === undefined ? {} : { skippedTransactions: Number(skipped) }),
    ...(late === undefined ? {} : { lateTransactions: Number(late) }),
  };
}

export function parseReport(stdout: string): ParsedReport {
  const missing: string[] = [];
  const text = (name: keyof typeof LINES): string => {
    const found = LINES[name].exec(stdout)?.[1];
    if (found === undefined) missing.push(name);
    return found ?? '';
  };
  const number = (name: keyof typeof LINES): number => Number(text(name));
  const report: PgbenchReport = {
    toolVersion: versionIn(text('toolVersion')),
    durationSeconds: number('durationSeconds'),
    transactions: number('transactions'),
    failedTransactions: number('failedTransactions'),
    tps: number('tps'),
    latencyAverageMs: number('latencyAverageMs'),
    latencyStddevMs: number('latencyStddevMs'),
    initialConnectionMs: number('initialConnectionMs'),
    ...ofAnOpenLoop(stdout),
  };
  return missing.length > 0 ? { ok: false, missing } : { ok: true, report };
}

/** `15.18 (Debian 15.18-0+deb12u1)`, `15.4, server 17.0`, `pgbench (PostgreSQL) 17.2` → the tool's own number. */
export const versionIn = (text: string): string => /\d+(?:\.\d+|devel|beta\d+|rc\d+)?/.exec(text)?.[0] ?? text;
