import type { NodeRole } from '../domain/node-role.ts';
import { runnerPod } from '../runtime/host/docker/runner-pod.ts';
import { credentialOf } from '../work/credentials.ts';
import type { RunnerContext } from '../work/runner-context.ts';
import { DockerCopies } from './docker-copies.ts';
import { LocalCopies } from './local-copies.ts';
import { keptOf, NodeCopy } from './node-copy.ts';

type DatabaseRole = Extract<NodeRole, { kind: 'database' }>;

/** The copy that the plan wants of this node's data; undefined: none. */
export function nodeCopy({ config, user, logger }: RunnerContext, { plan, node }: DatabaseRole): NodeCopy | undefined {
  const wanted = keptOf(plan);
  if (wanted?.kept.node !== node.name) return undefined;
  const owner = {
    installation: config.BENCHBUS_INSTALLATION,
    suite: config.BENCHBUS_SUITE,
    run: config.BENCHBUS_RUN,
    incarnation: config.BENCHBUS_FENCE.incarnation,
  };
  const tell = (line: string) => logger.info(line);
  const copies =
    config.BENCHBUS_TARGET === 'docker'
      ? new DockerCopies(runnerPod({ config, node, tell }), owner)
      : new LocalCopies({ ...owner, nodeDir: config.BENCHBUS_NODE_DIR, user });
  return new NodeCopy({
    ...{ plan, copies },
    key: wanted.kept.key,
    workload: wanted.workload,
    superuserPassword: credentialOf(config, 'superuser'),
    timeoutMs: config.BENCHBUS_COMMAND_TIMEOUT_MS,
  });
}
