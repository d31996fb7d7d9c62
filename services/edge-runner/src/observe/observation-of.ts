import { valuesOf, type Canary, type MetricsTable, type Observation } from '@benchbus/results';
import type { HostCpu } from './proc.ts';

/** What was noted before and after the measurement. */
export interface Marks {
  readonly startedAt: number;
  readonly cpu: HostCpu | undefined;
  /** CPU seconds by run; undefined: other processes cannot be seen from here. */
  readonly runs: Readonly<Record<string, number>> | undefined;
  readonly canary: Canary | undefined;
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function longestGap({ rows }: MetricsTable, from: number, to: number): number {
  const times = [from, ...rows.map(([at = NaN]) => at).filter((at) => at >= from && at <= to), to];
  return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0) / 1000;
}

const growth = (before: Marks, after: Marks, run: string): number =>
  Math.max(0, (after.runs?.[run] ?? 0) - (before.runs?.[run] ?? 0));

/** Of the machine's CPU time, what nobody of this run used. */
function foreignShare(before: Marks, after: Marks, run: string, toolSeconds: number): number | undefined {
  if (before.cpu === undefined || after.cpu === undefined || before.runs === undefined || after.runs === undefined)
    return undefined;
  const total = after.cpu.total - before.cpu.total;
  if (total <= 0) return undefined;
  const busy = after.cpu.busy - before.cpu.busy;
  // The load tool has ended, and its time with it.
  return Math.max(0, busy - growth(before, after, run) - toolSeconds) / total;
}

export interface Seen {
  readonly run: string;
  readonly availableCores: number;
  readonly before: Marks;
  readonly after: Marks;
  readonly metrics: MetricsTable;
}

/** What samples and marks say, for the verdict. Pure. */
export function observationOf({ run, availableCores, before, after, metrics }: Seen): Observation {
  const measuredSeconds = Math.max(0, after.startedAt - before.startedAt) / 1000;
  const usedCores = mean(valuesOf(metrics, 'loadToolCpuCores'));
  const stealCores = after.cpu && before.cpu && after.cpu.steal - before.cpu.steal;
  const total = after.cpu && before.cpu && after.cpu.total - before.cpu.total;
  const others = Object.keys(after.runs ?? {}).filter((other) => other !== run);
  return {
    measuredSeconds,
    longestGapSeconds: longestGap(metrics, before.startedAt, after.startedAt),
    client: { usedCores, availableCores },
    host: {
      stealShare: stealCores === undefined || !total ? undefined : Math.max(0, stealCores) / total,
      foreignShare: foreignShare(before, after, run, (usedCores ?? 0) * measuredSeconds),
    },
    coTenants: others
      .map((other) => ({ run: other, usedCores: growth(before, after, other) / Math.max(1e-9, measuredSeconds) }))
      .filter(({ usedCores: used }) => used > 0),
    before: before.canary,
    after: after.canary,
  };
}
