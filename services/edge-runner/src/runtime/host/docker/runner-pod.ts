import { Engine, engineAddress, podName, readPod, type PodVariables } from '@benchbus/docker';
import type { PlannedNode } from '@benchbus/suites';
import type { EdgeRunnerConfig } from '../../../config.ts';
import type { Pod, PodWithTools } from './pod.ts';

export interface RunnerPod {
  readonly config: EdgeRunnerConfig & { readonly BENCHBUS_INSTALLATION: string };
  readonly node: PlannedNode;
  readonly tell: (line: string) => void;
}

/**
 * The pod that this runner was started beside, as its environment says.
 * @throws BenchbusError POD_UNKNOWN | DOCKER_HOST_INVALID
 */
export function runnerPod({ config, node, tell }: RunnerPod): PodWithTools {
  return { ...readPod(process.env), network: 'pod', ...podOf({ config, node, tell }) };
}

/** What does not depend on how the pod was made. @throws BenchbusError DOCKER_HOST_INVALID */
export function podOf({ config, node, tell }: RunnerPod): Omit<Pod, keyof PodVariables | 'network'> {
  const { BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: runId } = config;
  return {
    engine: new Engine(engineAddress(process.env), config.BENCHBUS_DOCKER_TIMEOUT_MS),
    owner: { installation, runId, fence: config.BENCHBUS_FENCE },
    node: node.name,
    nodeDir: config.BENCHBUS_NODE_DIR,
    memoryBytes: node.hardware.memoryBytes,
    pull: {
      // Whoever made the pod has pulled anew what it should: not once more in the middle of the run.
      policy: config.BENCHBUS_PULL_POLICY === 'never' ? 'never' : 'missing',
      retries: config.BENCHBUS_PULL_RETRIES,
      backoffMs: config.BENCHBUS_PULL_BACKOFF_MS,
      timeoutMs: config.BENCHBUS_PULL_TIMEOUT_MS,
    },
    volumeOf: (name) => podName(installation, runId, name),
    tell,
  };
}
