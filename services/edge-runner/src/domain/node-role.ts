import { BenchbusError } from '@benchbus/events';
import type { Connection, Plan, PlannedNode, Workload } from '@benchbus/suites';

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
      readonly workload: Workload;
      readonly connection: Connection;
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
    });
  }
  const { connection } = plan;
  if ('url' in connection)
    throw new BenchbusError({
      code: 'TARGET_CANNOT',
      message: 'a database whose URL is a secret cannot be executed by this version yet',
      where: 'database.connection.url',
    });
  if (node.purpose === 'database') return { kind: 'database', node, plan };
  for (const process of node.processes)
    if (process.kind === 'load') return { kind: 'workload', node, workload: process.workload, connection };
  throw new BenchbusError({ code: 'NODE_WITHOUT_WORK', message: 'no process of the node is known here', where: name });
}
