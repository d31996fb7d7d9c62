import { NODE_DIR, podEnvironment } from '@benchbus/docker';
import type { PodVariables } from '@benchbus/docker';
import { runnerEnvironment } from '../local/runner-environment.ts';
import { DOWNLOADS } from './give-release.ts';
import { ENGINE_SOCKET } from './pod-containers.ts';

type Identity = Omit<Parameters<typeof runnerEnvironment>[2], 'dir'>;

/** What is this machine's, and means nothing, or something else, in a container. */
const OF_THE_MACHINE =
  /^(PATH|HOME|USER|LANG|TZ|TMPDIR|LC_.*|NODE_COMPILE_CACHE|BENCHBUS_LOCAL_USER|BENCHBUS_DOWNLOADS_DIR)$/;

/** The runner's environment: as on `local`, without what is the machine's, and with what it needs to run the node's containers. */
export function dockerRunnerEnvironment(
  own: NodeJS.ProcessEnv,
  extra: Readonly<Record<string, string>>,
  identity: Identity,
  pod: PodVariables,
): Record<string, string> {
  const passed = Object.entries(own).filter(([name]) => !OF_THE_MACHINE.test(name));
  return {
    ...runnerEnvironment(Object.fromEntries(passed), extra, { ...identity, dir: NODE_DIR }),
    BENCHBUS_TARGET: 'docker',
    BENCHBUS_DOWNLOADS_DIR: `${NODE_DIR}/${DOWNLOADS}`,
    ...podEnvironment(pod),
    DOCKER_HOST: `unix://${ENGINE_SOCKET}`,
  };
}
