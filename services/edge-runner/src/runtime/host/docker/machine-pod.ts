import { podName } from '@benchbus/docker';
import type { Pod } from './pod.ts';
import { podOf, type RunnerPod } from './runner-pod.ts';

/**
 * The containers of a machine that is one node alone: in its network, under no limits but its own, with the node's folder of
 * its disk.
 * @throws BenchbusError DOCKER_HOST_INVALID
 */
export function machinePod(choice: RunnerPod): Pod {
  const { config, node } = choice;
  const rest = podOf(choice);
  return {
    pod: podName(config.BENCHBUS_INSTALLATION, config.BENCHBUS_RUN, node.name),
    volume: config.BENCHBUS_NODE_DIR,
    cgroupParent: '',
    network: 'machine',
    ...rest,
    // Nobody has pulled anything for it yet.
    pull: { ...rest.pull, policy: config.BENCHBUS_PULL_POLICY },
  };
}
