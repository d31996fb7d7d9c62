import { CGROUPS_DIR, NODE_DIR, labelsFor } from '@benchbus/docker';
import type { Owner } from '@benchbus/docker';
import type { ContainerCreateOptions } from 'dockerode';
import type { PlannedNode } from '@benchbus/suites';

export interface PodPlan {
  readonly owner: Owner;
  readonly node: PlannedNode;
  readonly pod: string;
  readonly runnerImage: string;
  readonly networkId: string;
  readonly cgroupParent: string;
}

type Named = ContainerCreateOptions & { readonly name: string; readonly Image: string };

/** So that `docker logs` has something, whatever the engine's own default is, and never fills the disk. */
const LOGGING = { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } };

/** Holds the node's address and its limits' cgroup; as `--init`, so that it ends at once when asked. */
export const pauseContainer = ({ owner, node, pod, runnerImage, networkId, cgroupParent }: PodPlan): Named => ({
  name: pod,
  Image: runnerImage,
  Hostname: node.name,
  User: '65534:65534',
  Entrypoint: ['sleep'],
  Cmd: ['infinity'],
  Env: [],
  Labels: labelsFor(owner, node.name, 'pause'),
  HostConfig: {
    Init: true,
    NetworkMode: networkId,
    CgroupParent: cgroupParent,
    RestartPolicy: { Name: 'no' },
    LogConfig: LOGGING,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
  },
  NetworkingConfig: { EndpointsConfig: { [networkId]: { IPAMConfig: { IPv4Address: node.address } } } },
});

export interface RunnerPlan extends Pick<PodPlan, 'owner' | 'node' | 'runnerImage'> {
  readonly name: string;
  readonly volume: string;
  /** Path of the engine's socket on its machine. */
  readonly socket: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folders of the machine that it sees under the same path. */
  readonly binds: readonly string[];
}

/**
 * The edge runner, beside the pod and not in it (ADR 6): in the machine's network, so that what it says to the control plane
 * is no part of the measured network, and outside the node's limits. The engine starts it again when it dies.
 */
export const runnerContainer = ({ owner, node, name, runnerImage, volume, socket, env, binds }: RunnerPlan): Named => ({
  name,
  Image: runnerImage,
  Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
  Labels: labelsFor(owner, node.name, 'runner'),
  HostConfig: {
    Init: true,
    NetworkMode: 'host',
    RestartPolicy: { Name: 'unless-stopped' },
    LogConfig: LOGGING,
    Mounts: [
      { Type: 'volume', Source: volume, Target: NODE_DIR },
      { Type: 'bind', Source: socket, Target: ENGINE_SOCKET },
      { Type: 'bind', Source: '/sys/fs/cgroup', Target: CGROUPS_DIR, ReadOnly: true },
    ],
    Binds: binds.map((path) => `${path}:${path}`),
  },
});

/** Where a runner finds its engine's socket. */
export const ENGINE_SOCKET = '/var/run/docker.sock';
