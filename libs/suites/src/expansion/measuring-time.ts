import type { Test } from '../model/suite.ts';
import { workloadTimeMs } from '../model/workload.ts';
import { measurementsOf } from './expand-runs.ts';

/**
 * How long the load tool is under way in one run, in ms: one warm-up, and each of its measurements; `command`, which warms up
 * within its measurement, does so in each.
 */
export function measuringTimeMs(test: Pick<Test, 'repeat' | 'workload'>): number {
  const { workload } = test;
  const again = workload.tool === 'command' ? workloadTimeMs(workload) : workload.durationMs;
  return workloadTimeMs(workload) + (measurementsOf(test) - 1) * again;
}
