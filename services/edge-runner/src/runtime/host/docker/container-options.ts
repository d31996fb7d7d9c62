import type { ContainerCreateOptions, MountSettings } from 'dockerode';
import { labelsFor } from '@benchbus/docker';
import type { Pod } from './pod.ts';

/** A volume that is not the node's own. */
export interface ContainerVolume {
  readonly name: string;
  readonly target: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
}

/** A container of the pod, as far as containers differ. */
export interface ContainerSpec {
  readonly name: string;
  /** Its label `benchbus.process`. */
  readonly process: string;
  readonly image: string;
  /** Folders that its image declares as volumes: they would each get one, with no label, on the disk. */
  readonly imageVolumes: readonly string[];
  /** `uid:gid`, or as the image says where empty. */
  readonly user: string;
  readonly groups: readonly number[];
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
  /** `source:target` beside the node's volume. */
  readonly binds: readonly string[];
  /** Folders of the engine's machine under the same path; each has to be there. */
  readonly folders?: readonly string[];
  /** Volumes beside the node's; one that is not there is made with these labels. */
  readonly volumes?: readonly ContainerVolume[];
  /** Has no business with the network. */
  readonly offline?: boolean;
}

/** Followed and read by the engine's own calls, and never more than this on its disk. */
const LOGGING = { Type: 'json-file', Config: { 'max-size': '16m', 'max-file': '2' } };
/** Servers with many clients need many files. */
const FILES = { Name: 'nofile', Soft: 20_000, Hard: 20_000 };

const volumeMount = ({ name, target, labels, readOnly }: ContainerVolume): MountSettings => ({
  ...{ Type: 'volume', Source: name, Target: target, ReadOnly: readOnly },
  VolumeOptions: { NoCopy: true, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
});

const networkOf = ({ network, pod }: Pod): string => (network === 'machine' ? 'host' : `container:${pod}`);

/**
 * In the pod's network and under its limits; the program itself and not the image's entrypoint, which is for those who have no
 * plan. As PID 1 an init that reaps, so that its end is the end of all that it started.
 */
export function containerOptions(pod: Pod, spec: ContainerSpec): ContainerCreateOptions & { readonly name: string } {
  const [program, ...args] = spec.argv;
  return {
    name: spec.name,
    Image: spec.image,
    Labels: labelsFor(pod.owner, pod.node, spec.process),
    Entrypoint: [program],
    Cmd: args,
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    User: spec.user,
    WorkingDir: spec.workingDir,
    HostConfig: {
      Init: true,
      NetworkMode: spec.offline === true ? 'none' : networkOf(pod),
      CgroupParent: pod.cgroupParent,
      Binds: [`${pod.volume}:${pod.nodeDir}`, ...spec.binds],
      // Mounts, as a bind would make a folder that is missing, and be torn apart by a colon.
      Mounts: [
        ...(spec.folders ?? []).map((path) => ({ Type: 'bind' as const, Source: path, Target: path })),
        ...(spec.volumes ?? []).map(volumeMount),
      ],
      Tmpfs: Object.fromEntries(spec.imageVolumes.map((path) => [path, 'size=1m'])),
      GroupAdd: spec.groups.map(String),
      // The engine's 64 MB are too few for a parallel join; the node's limit counts it as its memory.
      ShmSize: pod.memoryBytes,
      Ulimits: [FILES],
      RestartPolicy: { Name: 'no' },
      LogConfig: LOGGING,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
    },
  };
}
