import { plannedLifetimeMs, type RunSettings, type Stage } from '@benchbus/suites';

/** How often a stage is begun anew because the engine ended its task without running it. */
export const MAX_UNEXECUTED = 3;

/** How many blocks a run is given, at most, on which somebody else is found. */
export const MAX_BLOCKS = 3;

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

/** The engine's execution timeout of `bench-run`, in ms. */
export const benchRunTimeoutMs = (settings: RunSettings): number =>
  stageTimeoutMs('network', settings) + plannedLifetimeMs(settings);
