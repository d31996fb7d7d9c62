import { BenchbusError } from '@benchbus/events';
import type { Workload } from '@benchbus/suites';
import { collectOf } from './collect.ts';
import { command } from './command/index.ts';
import { goTpc } from './go-tpc/index.ts';
import type { LoadTool } from './load-tool.ts';
import { pgbench } from './pgbench/index.ts';
import type { WorkloadPlugin } from './plugin.ts';
import { runTool } from './run-tool.ts';
import { stroppy } from './stroppy/index.ts';
import { sysbench } from './sysbench/index.ts';

/** A load tool as a plug-in. */
export const pluginOf = <W extends Workload, P>(tool: LoadTool<W, P>): WorkloadPlugin<W> => ({
  run: (...args) => runTool(tool, ...args),
  collect: (...args) => collectOf(tool, ...args),
});

/** A plug-in bound to the workload it was found for. */
export interface BoundWorkload {
  run(...args: Rest<WorkloadPlugin['run']>): ReturnType<WorkloadPlugin['run']>;
  collect(...args: Rest<WorkloadPlugin['collect']>): ReturnType<WorkloadPlugin['collect']>;
}
type Rest<F> = F extends (first: never, ...rest: infer R) => unknown ? R : never;

function bind<W extends Workload, P>(tool: LoadTool<W, P>, workload: W): BoundWorkload {
  const { run, collect } = pluginOf(tool);
  return { run: (...rest) => run(workload, ...rest), collect: (...rest) => collect(workload, ...rest) };
}

/**
 * The load tool of a workload.
 * @throws BenchbusError TOOL_UNAVAILABLE (the dispatcher refuses such a run before anything is provisioned)
 */
export function workloadFor(workload: Workload): BoundWorkload {
  switch (workload.tool) {
    case 'pgbench':
      return bind(pgbench, workload);
    case 'go-tpc':
      return bind(goTpc, workload);
    case 'sysbench':
      return bind(sysbench, workload);
    case 'stroppy':
      return bind(stroppy, workload);
    case 'command':
      return bind(command, workload);
  }
  const { tool } = workload as { readonly tool: string };
  throw new BenchbusError({
    code: 'TOOL_UNAVAILABLE',
    message: `this edge runner has no load tool ${tool}`,
    where: 'workload.tool',
    hint: 'the runner is older than the suite: use the same version of benchbus everywhere',
  });
}
