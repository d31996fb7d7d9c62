import { problemOf } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import type { PlannedNode } from '@benchbus/suites';
import type { NodeRole } from '../domain/node-role.ts';
import { retireNode, setUpNode } from '../topology/set-up-node.ts';
import { launchContext, limitsOf } from './launch-context.ts';
import { untilOthersClaimed } from './others-claimed.ts';
import type { RunnerContext } from './runner-context.ts';
import type { Worker, WorkOrder } from './work-order.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** What DatabaseReady says as the server's version where there is no server. */
const withoutServer = ({ processes }: PlannedNode): string => `none (${processes.map(({ kind }) => kind).join(', ')})`;

/** Brings up and proves the processes of the node. */
export function setUpWorker(context: RunnerContext, role: DatabaseRole): Worker {
  const common = ({ attempt, claim }: WorkOrder) => ({
    subject: context.subject,
    cause: claim.id,
    attempt,
    correlation: context.config.BENCHBUS_SUITE,
  });
  return {
    retire: async (attempt, signal) => {
      if (attempt === 1) return;
      const { node } = role;
      await namedEffect(
        'attempt-retire',
        () => retireNode({ node, attempt, host: context.host, limits: limitsOf(context) }, signal),
        // What keeps it from ending here fails the attempt, with its reason, when that is worked on.
      ).catch((error: unknown) => context.logger.warn({ ...problemOf(error) }, 'the last attempt could not be ended'));
    },
    work: async (order) => {
      const { attempt, signal } = order;
      await untilOthersClaimed(context, role.plan, order);
      const { serverVersion = withoutServer(role.node), proven } = await setUpNode(
        launchContext(context, role, order),
        signal,
      );
      return { name: 'DatabaseReady', ...common(order), data: { attempt, serverVersion, proven: { ...proven } } };
    },
    failed: (order, problem) =>
      Promise.resolve({ name: 'DatabaseFailed', ...common(order), data: { attempt: order.attempt, problem } }),
  };
}
