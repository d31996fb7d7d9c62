import type { NodeRole } from '../domain/node-role.ts';
import { findBinaries, serverFiles, setUpServer, type ServerSpec } from '../runtime/postgres/index.ts';
import { labelsOf, type RunnerContext } from './runner-context.ts';
import type { Worker, WorkOrder } from './work-order.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

async function serverSpec(context: RunnerContext, role: DatabaseRole, order: WorkOrder): Promise<ServerSpec> {
  const { config, user } = context;
  const { node, postgres, connection } = role;
  const programs = ['postgres', 'initdb', 'psql'];
  return {
    bin: await findBinaries({ version: postgres.version, programs }),
    files: serverFiles(config.BENCHBUS_NODE_DIR),
    conf: { address: node.address, port: postgres.port, settings: postgres.settings },
    // This node's own server, whatever the load tool will connect to.
    connection: { ...connection, host: node.address, port: postgres.port },
    password: config.BENCHBUS_DB_PASSWORD,
    user,
    attempt: order.attempt,
    labels: labelsOf(context),
    mayCreate: order.mayCreate,
    tell: context.taskLines.tell,
  };
}

/** Sets up the node's PostgreSQL. */
export function setUpWorker(context: RunnerContext, role: DatabaseRole): Worker {
  const common = ({ attempt, claim }: WorkOrder) => ({
    subject: context.subject,
    cause: claim.id,
    attempt,
    correlation: context.config.BENCHBUS_SUITE,
  });
  return {
    work: async (order) => {
      const { attempt, signal } = order;
      const { serverVersion, proven } = await setUpServer(await serverSpec(context, role, order), signal);
      return { name: 'DatabaseReady', ...common(order), data: { attempt, serverVersion, proven } };
    },
    failed: (order, problem) =>
      Promise.resolve({ name: 'DatabaseFailed', ...common(order), data: { attempt: order.attempt, problem } }),
  };
}
