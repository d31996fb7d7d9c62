import { BenchbusError } from '@benchbus/events';

/** What a node's runner has to know of its pod: who makes the pod tells it, in the runner's environment. */
export interface PodVariables {
  /** Name of the container that holds the node's address; the node's other containers are named `<pod>.<what>`. */
  readonly pod: string;
  /** Name of the node's volume, mounted at the node's folder in all its containers. */
  readonly volume: string;
  /** For HostConfig.CgroupParent: the limits of the node. */
  readonly cgroupParent: string;
  readonly runnerImage: string;
}

const VARIABLES = {
  pod: 'BENCHBUS_POD',
  volume: 'BENCHBUS_VOLUME',
  cgroupParent: 'BENCHBUS_CGROUP_PARENT',
  runnerImage: 'BENCHBUS_RUNNER_IMAGE',
} as const;

export const podEnvironment = ({ pod, volume, cgroupParent, runnerImage }: PodVariables): Record<string, string> => ({
  [VARIABLES.pod]: pod,
  [VARIABLES.volume]: volume,
  [VARIABLES.cgroupParent]: cgroupParent,
  [VARIABLES.runnerImage]: runnerImage,
});

/** The reverse. @throws BenchbusError POD_UNKNOWN */
export function readPod(env: NodeJS.ProcessEnv): PodVariables {
  const read = (name: string): string => {
    const value = env[name];
    if (value) return value;
    throw new BenchbusError({
      code: 'POD_UNKNOWN',
      message: `${name} is not set`,
      where: name,
      hint: 'whoever starts the runner of a node in containers sets it: the provisioner is older than this runner',
    });
  };
  return {
    pod: read(VARIABLES.pod),
    volume: read(VARIABLES.volume),
    cgroupParent: read(VARIABLES.cgroupParent),
    runnerImage: read(VARIABLES.runnerImage),
  };
}
