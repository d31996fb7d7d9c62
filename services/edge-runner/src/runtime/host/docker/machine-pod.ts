import { BenchbusError } from '@benchbus/events';
import { podName } from '@benchbus/docker';
import type { Pod } from './pod.ts';
import { podOf, type RunnerPod } from './runner-pod.ts';

/**
 * The containers of a machine that is one node alone: in its network, under no limits but its own, with the node's folder of
 * its disk.
 * @throws BenchbusError RUNNER_IMAGE_UNKNOWN | DOCKER_HOST_INVALID
 */
export function machinePod(choice: RunnerPod): Pod {
  const { config, node } = choice;
  const { BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: runId, BENCHBUS_RUNNER_IMAGE: runnerImage } = config;
  if (runnerImage === undefined)
    throw new BenchbusError({
      code: 'RUNNER_IMAGE_UNKNOWN',
      message: 'BENCHBUS_RUNNER_IMAGE is not set',
      where: 'BENCHBUS_RUNNER_IMAGE',
      hint: 'whoever makes the machine sets it: the provisioner is older than this runner',
    });
  return {
    pod: podName(installation, runId, node.name),
    volume: config.BENCHBUS_NODE_DIR,
    cgroupParent: '',
    runnerImage,
    network: 'machine',
    ...podOf(choice),
  };
}
