import { DockerHost } from './docker/docker-host.ts';
import { runnerPod, type RunnerPod } from './docker/runner-pod.ts';
import { LocalHost, type LocalHostOptions } from './local/local-host.ts';
import type { ProcessHost } from './process-host.ts';

/**
 * Where the processes of this runner's node run.
 * @throws BenchbusError POD_UNKNOWN | DOCKER_HOST_INVALID
 */
export function chooseHost(choice: RunnerPod & Omit<LocalHostOptions, 'nodeDir'>): ProcessHost {
  const { config, user, labels } = choice;
  if (config.BENCHBUS_TARGET === 'docker') return new DockerHost(runnerPod(choice));
  return new LocalHost({ nodeDir: config.BENCHBUS_NODE_DIR, user, labels });
}
