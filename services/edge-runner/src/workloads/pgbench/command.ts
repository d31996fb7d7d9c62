import { join } from 'node:path';
import { samplingOption } from '@benchbus/load-tools';
import type { PgbenchWorkload } from '@benchbus/suites';

/** Prefix of the per-transaction log files: `transactions.<pid>`, one more per further thread (`.1`, …); with faults `transactions-<start>.<pid>`. */
export const LOG_PREFIX = 'transactions';

/** A script of the suite's own, in the attempt's folder; each step runs in a folder below it. */
export const SCRIPT_FILE = 'script.sql';

/** pgbench takes whole seconds: rounded up. */
export const seconds = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / 1000));

/** Creates and fills the tables, vacuums, adds keys (its default steps, dtgvp). */
export const initCommand = (bin: string, { scale }: PgbenchWorkload): [string, ...string[]] => [
  join(bin, 'pgbench'),
  '-i',
  '-s',
  String(scale),
];

/** `-n`: the tables were vacuumed by the initialisation, and pgbench must not truncate its history within the run. */
function runCommand(bin: string, workload: PgbenchWorkload, milliseconds: number): [string, ...string[]] {
  const { protocol, script, clients, threads, rate, latencyLimitMs } = workload;
  const source = typeof script === 'string' ? ['-b', script] : ['-f', join('..', SCRIPT_FILE)];
  const load = ['-M', protocol, ...source, '-c', String(clients), '-j', String(threads)];
  if (rate !== undefined) load.push('-R', String(rate));
  if (rate !== undefined && latencyLimitMs !== undefined) load.push('-L', String(latencyLimitMs));
  return [join(bin, 'pgbench'), '-n', ...load, '-T', String(seconds(milliseconds)), '-P', '1'];
}

export const warmUpCommand = (bin: string, workload: PgbenchWorkload) => runCommand(bin, workload, workload.warmupMs);

/** @param share of the transactions that are logged; undefined: all */
export const measureCommand = (bin: string, workload: PgbenchWorkload, share?: number): [string, ...string[]] => [
  ...runCommand(bin, workload, workload.durationMs),
  '-l',
  ...samplingOption(share),
  `--log-prefix=${LOG_PREFIX}`,
];
