import { valuesOf, type Canary, type MetricsTable, type Observation } from '@benchbus/results';
import type { HostCpu } from './proc.ts';
import type { RunProcess } from './run-processes.ts';
import { throttledShare, worstOf, type Throttling, type Throttlings } from './throttling.ts';

/** What was noted before and after the measurement. */
export interface Marks {
  readonly startedAt: number;
  readonly cpu: HostCpu | undefined;
  /** Of all runs; undefined: other processes cannot be seen from here. */
  readonly processes: readonly RunProcess[] | undefined;
  readonly canary: Canary | undefined;
  readonly loadThrottling?: Throttling | undefined;
  readonly runnerThrottling?: Throttlings | undefined;
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

function longestGap({ rows }: MetricsTable, from: number, to: number): number {
  const times = [from, ...rows.map(([at = NaN]) => at).filter((at) => at >= from && at <= to), to];
  return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0) / 1000;
}

const keyOf = ({ pid, startTime }: RunProcess): string => `${pid}:${startTime}`;
const sum = (processes: readonly RunProcess[]): number =>
  processes.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);

/**
 * CPU seconds of a run's processes between the marks. What ended meanwhile is in its parent's time, if that lives; if it does not
 * (a server was killed), nobody can tell, and `isWhole` is false.
 */
export function growthOf(
  before: readonly RunProcess[],
  after: readonly RunProcess[],
  run: string,
): { readonly seconds: number; readonly isWhole: boolean } {
  const of = (processes: readonly RunProcess[]) => processes.filter((process) => process.run === run);
  const alive = new Set(of(after).map(keyOf));
  const livingPids = new Set(of(after).map(({ pid }) => pid));
  const told = of(before).filter((process) => alive.has(keyOf(process)) || livingPids.has(process.parent));
  return { seconds: Math.max(0, sum(of(after)) - sum(told)), isWhole: told.length === of(before).length };
}

/** Of the machine's CPU time, what nobody of this run used; undefined: nobody can tell. */
function foreignShare(before: Marks, after: Marks, run: string, toolSeconds: number): number | undefined {
  const total = after.cpu && before.cpu && after.cpu.total - before.cpu.total;
  if (!total || !before.cpu || !after.cpu || !before.processes || !after.processes) return undefined;
  const own = growthOf(before.processes, after.processes, run);
  // The load tool has ended, and its time with it.
  return own.isWhole ? Math.max(0, after.cpu.busy - before.cpu.busy - own.seconds - toolSeconds) / total : undefined;
}

function coTenants(before: Marks, after: Marks, run: string, seconds: number): Observation['coTenants'] {
  const [were = [], are = []] = [before.processes, after.processes];
  return [...new Set(are.map((process) => process.run))]
    .filter((other) => other !== run)
    .map((other) => ({ run: other, usedCores: growthOf(were, are, other).seconds / Math.max(1e-9, seconds) }))
    .filter(({ usedCores }) => usedCores > 0);
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
  return {
    measuredSeconds,
    longestGapSeconds: longestGap(metrics, before.startedAt, after.startedAt),
    client: {
      ...{ usedCores, availableCores },
      throttledShare: throttledShare(before.loadThrottling, after.loadThrottling),
    },
    host: {
      stealShare: stealCores === undefined || !total ? undefined : Math.max(0, stealCores) / total,
      throttledShare: worstOf(before.runnerThrottling, after.runnerThrottling, throttledShare),
      foreignShare: foreignShare(before, after, run, (usedCores ?? 0) * measuredSeconds),
    },
    coTenants: coTenants(before, after, run, measuredSeconds),
    before: before.canary,
    after: after.canary,
  };
}
