import { BenchbusError } from '@benchbus/events';
import type { Workload } from '@benchbus/suites';
import { pgbench } from './pgbench/index.ts';
import type { WorkloadPlugin } from './plugin.ts';

/** A plug-in bound to the workload it was found for. */
export interface BoundWorkload {
  run(...args: Rest<WorkloadPlugin['run']>): ReturnType<WorkloadPlugin['run']>;
  collect(...args: Rest<WorkloadPlugin['collect']>): ReturnType<WorkloadPlugin['collect']>;
}
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

const bind = <W extends Workload>(plugin: WorkloadPlugin<W>, workload: W): BoundWorkload => ({
  run: (...rest) => plugin.run(workload, ...rest),
  collect: (...rest) => plugin.collect(workload, ...rest),
});

/**
 * The load tool of a workload.
 * @throws BenchbusError TOOL_UNAVAILABLE (the dispatcher refuses such a run before anything is provisioned)
 */
export function workloadFor(workload: Workload): BoundWorkload {
  if (workload.tool === 'pgbench') return bind(pgbench, workload);
  throw new BenchbusError({
    code: 'TOOL_UNAVAILABLE',
    message: `this edge runner has no load tool ${workload.tool}`,
    where: 'workload.tool',
    hint: 'the runner is older than the suite: use the same version of benchbus everywhere',
  });
}
