import { sameValue } from './same-value.ts';
import type { DynamicConfig } from './patroni-rest.ts';

/**
 * Patroni starts the server with these on the command line, and takes its own default for a value below the least (its
 * documentation, "Dynamic configuration", and CMDLINE_OPTIONS in its source; the same in 3.0 and 4.0).
 */
const LEAST: Readonly<Record<string, { readonly least: number; readonly unit?: string; readonly instead: string }>> = {
  max_connections: { least: 25, instead: '100' },
  max_wal_senders: { least: 3, instead: '10' },
  wal_keep_size: { least: 16, unit: 'MB', instead: '128MB' },
  max_locks_per_transaction: { least: 32, instead: '64' },
  max_replication_slots: { least: 4, instead: '10' },
  max_worker_processes: { least: 2, instead: '8' },
};

/** Whether Patroni by its documentation replaces a server setting (lower case) by another value. */
export function replacedByPatroni(name: string, asked: string): boolean {
  // A standby could not stream.
  if (name === 'wal_level') return asked.trim().toLowerCase() === 'minimal';
  const limit = LEAST[name];
  if (limit === undefined) return false;
  const steps = Array.from({ length: limit.least }, (_, value) => String(value));
  return steps.some((setting) => sameValue(asked, { setting, unit: limit.unit, type: 'integer' }));
}

/** Seconds. */
export interface Timing {
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
}

/** Patroni's own defaults. */
export const timingOf = ({ ttl = 30, loop_wait = 10, retry_timeout = 10 }: DynamicConfig): Timing => ({
  ttl,
  loopWait: loop_wait,
  retryTimeout: retry_timeout,
});

/**
 * What Patroni runs with. Since 4.0 it raises each to a least value, and then shortens the loop, then the retries, until
 * loop_wait + 2 × retry_timeout ≤ ttl; before, it takes what it is given.
 */
export function timingInEffect(given: Timing, version: string): Timing {
  if (Number.parseInt(version, 10) < 4) return given;
  const ttl = Math.max(20, given.ttl);
  const retryTimeout = Math.max(3, given.retryTimeout);
  const loopWait = Math.max(1, given.loopWait);
  if (1 + 2 * retryTimeout > ttl) return { ttl, loopWait: 1, retryTimeout: Math.floor((ttl - 1) / 2) };
  return { ttl, loopWait: Math.min(loopWait, ttl - 2 * retryTimeout), retryTimeout };
}
