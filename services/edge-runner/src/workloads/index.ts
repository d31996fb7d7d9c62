import type { Workload } from '@benchbus/suites';
import { pgbench } from './pgbench/index.ts';
import type { WorkloadPlugin } from './plugin.ts';

/** Every load tool that a runner of the process runtime can drive, by the suite's `tool`. */
export const WORKLOADS: { readonly [Tool in Workload['tool']]: WorkloadPlugin<Extract<Workload, { tool: Tool }>> } = {
  pgbench,
};
