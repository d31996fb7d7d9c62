import { allPids, cpuSecondsOf, environmentOf } from '@benchbus/processes';

/**
 * CPU seconds by run, of processes that carry a run's label; those of ended children are their parents'. Looks at every process
 * of this machine: some milliseconds, so before and after a measurement, not during it.
 */
export function cpuByRun(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const pid of allPids()) {
    const run = environmentOf(pid)?.get('BENCHBUS_RUN');
    if (run !== undefined) found.set(run, (found.get(run) ?? 0) + cpuSecondsOf(pid));
  }
  return found;
}
