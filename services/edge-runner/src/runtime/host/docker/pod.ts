import type { Engine, Owner, PodVariables, PullOptions } from '@benchbus/docker';

/** The pod of this runner's node, and how its containers are made. */
export interface Pod extends Omit<PodVariables, 'runnerImage'> {
  /** Whose network its containers are in: the pause container's, or the whole machine's, which has the node's address then. */
  readonly network: 'pod' | 'machine';
  readonly engine: Engine;
  readonly owner: Owner;
  readonly node: string;
  /** The node's folder, at the same path in the runner and in all containers of the node. */
  readonly nodeDir: string;
  /** Of the node: what its shared memory may take at most. */
  readonly memoryBytes: number;
  readonly pull: PullOptions;
  /** The volume of another node of the run: a name, or (in tests) a folder of the machine. */
  readonly volumeOf: (node: string) => string;
  /** Hears of what takes its time: images that are pulled. */
  readonly tell: (line: string) => void;
}

/** A pod whose load tools are in an image, too. */
export type PodWithTools = Pod & Pick<PodVariables, 'runnerImage'>;

/** Where the folders of the run's other nodes are in containers that need them. */
export const PEERS_DIR = '/benchbus/nodes';

export const containerName = ({ pod }: Pick<Pod, 'pod'>, ...parts: readonly string[]): string =>
  [pod, ...parts].join('.');

/** For errors: `node pg-a, process etcd`, as everywhere. */
export const placeIn = ({ node }: Pick<Pod, 'node'>, container: string) => ({ node, container });
