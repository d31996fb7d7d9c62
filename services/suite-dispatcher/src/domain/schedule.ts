import type { RunSettings, Stage } from '@benchbus/suites';

/** How often a workload that was interrupted is repeated, where the suite allows it. */
export const MAX_REPEATS = 2;

/** How often a stage is begun anew because the engine ended its task without running it. */
export const MAX_UNEXECUTED = 3;

/** On top of planned times, so that a lease never ends under a run that keeps its timeouts. */
export const LEASE_MARGIN_MS = 10 * 60_000;

/** How long one attempt of a stage may take. Waiting for a host and a block counts against `queue`. */
export function stageTimeoutMs(stage: Stage, { timeouts }: RunSettings): number {
  switch (stage) {
    case 'network':
      return timeouts.queueMs + timeouts.networkMs;
    case 'provision':
      return timeouts.provisionMs;
    case 'database':
      return timeouts.databaseMs;
    case 'workload':
      return timeouts.workloadMs;
    case 'artifacts':
      return timeouts.artifactsMs;
  }
}

/** From the end of the network stage to the end of the keep time, at the longest, in ms. */
export function plannedMs(settings: RunSettings): number {
  const { provisionMs, databaseMs, workloadMs, artifactsMs } = settings.timeouts;
  const keep = settings.keep.when === 'never' ? 0 : settings.keep.forMs;
  return provisionMs + databaseMs + workloadMs * (1 + MAX_REPEATS) + artifactsMs + keep + LEASE_MARGIN_MS;
}

/** The engine's execution timeout of `bench-run`, in ms. */
export const benchRunTimeoutMs = (settings: RunSettings): number =>
  stageTimeoutMs('network', settings) + plannedMs(settings);
