import { keepMs } from '../model/keep.ts';
import type { RunSettings } from '../model/suite.ts';

/** How often a workload that was interrupted is repeated, where the suite allows it. */
export const MAX_REPEATS = 2;

/** On top of planned times, so that a lease never ends under a run that keeps its timeouts. */
const LEASE_MARGIN_MS = 10 * 60_000;

/**
 * How long a run's nodes live at the longest, in ms: from the end of the network stage to the end of the keep time, each stage
 * as long as its timeout, or `maxLifetime`. Their lease is as long.
 */
export function plannedLifetimeMs(settings: RunSettings): number {
  const { provisionMs, databaseMs, workloadMs, artifactsMs } = settings.timeouts;
  const measurements = 1 + (settings.onInterrupt === 'repeat' ? MAX_REPEATS : 0);
  const stages = provisionMs + databaseMs + workloadMs * measurements + artifactsMs;
  // A failed run is kept wherever any is.
  return Math.min(stages + keepMs(settings.keep, 'failed') + LEASE_MARGIN_MS, settings.maxLifetimeMs ?? Infinity);
}
