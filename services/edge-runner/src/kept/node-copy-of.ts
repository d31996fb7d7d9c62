import type { NodeRole } from '../domain/node-role.ts';
import { credentialOf } from '../work/credentials.ts';
import type { RunnerContext } from '../work/runner-context.ts';
import { LocalCopies } from './local-copies.ts';
import { keptOf, NodeCopy } from './node-copy.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** The copy that the plan wants of this node's data; undefined: none. */
export function nodeCopy({ config, user }: RunnerContext, { plan, node }: DatabaseRole): NodeCopy | undefined {
  const wanted = keptOf(plan);
  if (wanted?.kept.node !== node.name || config.BENCHBUS_TARGET !== 'local') return undefined;
  const copies = new LocalCopies({
    nodeDir: config.BENCHBUS_NODE_DIR,
    installation: config.BENCHBUS_INSTALLATION,
    suite: config.BENCHBUS_SUITE,
    run: config.BENCHBUS_RUN,
    incarnation: config.BENCHBUS_FENCE.incarnation,
    user,
  });
  return new NodeCopy({
    ...{ plan, copies },
    key: wanted.kept.key,
    workload: wanted.workload,
    superuserPassword: credentialOf(config, 'superuser'),
    timeoutMs: config.BENCHBUS_COMMAND_TIMEOUT_MS,
  });
}
