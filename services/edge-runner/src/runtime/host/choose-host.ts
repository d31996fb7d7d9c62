import { DockerHost } from './docker/docker-host.ts';
import { DockerStepHost } from './docker/docker-steps.ts';
import { machinePod } from './docker/machine-pod.ts';
import { runnerPod, type RunnerPod } from './docker/runner-pod.ts';
import { LocalHost, type LocalHostOptions } from './local/local-host.ts';
import { LocalStepHost } from './local/step-host.ts';
import type { ProcessHost } from './process-host.ts';

/**
 * Where the processes of this runner's node run.
 * @throws BenchbusError POD_UNKNOWN | DOCKER_HOST_INVALID
 */
export function chooseHost(choice: RunnerPod & Omit<LocalHostOptions, 'nodeDir'>): ProcessHost {
  const { config, user, labels } = choice;
  switch (config.BENCHBUS_TARGET) {
    case 'local':
      return new LocalHost({ nodeDir: config.BENCHBUS_NODE_DIR, user, labels });
    case 'docker': {
      const pod = runnerPod(choice);
      return new DockerHost(pod, new DockerStepHost(pod));
    }
    case 'yandex':
      return new DockerHost(machinePod(choice), new LocalStepHost());
  }
}
