import type { Workload } from '@benchbus/suites';

/** Tools whose `threads` are the operating system's: no more of them run at once. go-tpc's are its own. */
const OF_THE_SYSTEM = new Set(['pgbench', 'sysbench']);

/**
 * Cores a load tool can use: its threads, within its node's limit where that is enforced, else within the machine.
 * @param machineCores of the machine the tool runs on
 */
export function availableCores(workload: Workload, isLimited: boolean, machineCores: number): number {
  const place = isLimited ? Math.min(workload.hardware.cores, machineCores) : machineCores;
  return OF_THE_SYSTEM.has(workload.tool) && 'threads' in workload ? Math.min(workload.threads, place) : place;
}
