import type { Fault, PlannedNode, PlannedProcess } from '@benchbus/suites';

/** Programs that only run by the clock, and the load tool, are nothing that could be killed. */
const runs = (process: PlannedProcess): boolean => 'launch' in process && process.launch?.run !== undefined;

/** Which processes of its node a fault kills, as the plan calls them. With Patroni, PostgreSQL is its child. Pure. */
export function faultTargets({ processes }: PlannedNode, process: Fault['process']): PlannedProcess[] {
  switch (process) {
    case 'database':
      return processes.filter((one) => runs(one) && (one.kind === 'patroni' || one.kind === 'postgres'));
    case 'postgres':
      return processes.filter((one) => runs(one) && one.kind === 'postgres');
    case 'node':
      return processes.filter(runs);
  }
}
