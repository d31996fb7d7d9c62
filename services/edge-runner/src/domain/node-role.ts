import { BenchbusError } from '@benchbus/events';
import type { KeptData, Plan, PlannedNode, RepeatOf, Workload } from '@benchbus/suites';

/** What this runner's node is there for. */
export type NodeRole =
  | {
      readonly kind: 'database';
      /** With one or several processes, PostgreSQL among them or not. */
      readonly node: PlannedNode;
      readonly plan: Plan;
    }
  | {
      readonly kind: 'workload';
      readonly node: PlannedNode;
      readonly plan: Plan;
      readonly workload: Workload;
      readonly connection: Plan['connection'];
      /** The database is none of the run's own. */
      readonly external: boolean;
      /** Which measurement of several; undefined: the only one. */
      readonly repeat: RepeatOf | undefined;
      /** The copy of the loaded data that the test's runs start from. */
      readonly kept: KeptData | undefined;
    };

/** @throws BenchbusError NODE_NOT_PLANNED | NODE_WITHOUT_WORK */
export function roleOf(plan: Plan, name: string): NodeRole {
  const node = plan.nodes.find((one) => one.name === name);
  if (node === undefined) {
    const known = plan.nodes.map((one) => one.name).join(', ');
    throw new BenchbusError({
      code: 'NODE_NOT_PLANNED',
      message: `the plan has no node ${JSON.stringify(name)}; it has ${known}`,
      where: 'BENCHBUS_NODE',
      hint: 'a runner is started by whoever made its node, with the name that the plan gives it',
    });
  }
  const { connection } = plan;
  if (node.purpose === 'database') return { kind: 'database', node, plan };
  const external = plan.nodes.every(({ purpose }) => purpose === 'load');
  for (const process of node.processes)
    if (process.kind === 'load') {
      const { workload, repeat, kept } = process;
      return { kind: 'workload', node, plan, workload, connection, external, repeat, kept };
    }
  throw new BenchbusError({ code: 'NODE_WITHOUT_WORK', message: 'no process of the node is known here', where: name });
}
