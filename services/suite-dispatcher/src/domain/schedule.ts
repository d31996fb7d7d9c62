import type { RunSettings, Stage } from '@benchbus/suites';

/** The most attempts a stage gets: one, and one repeat where the suite allows to repeat an interrupted workload. */
export const MAX_ATTEMPTS = 3;

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
  return provisionMs + databaseMs + workloadMs * MAX_ATTEMPTS + artifactsMs + keep + LEASE_MARGIN_MS;
}

/** The engine's execution timeout of `bench-run`, in ms. */
export const benchRunTimeoutMs = (settings: RunSettings): number =>
  stageTimeoutMs('network', settings) + plannedMs(settings);
