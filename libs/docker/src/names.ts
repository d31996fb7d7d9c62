import type { Fence } from '@benchbus/events';
import type { PlannedNode } from '@benchbus/suites';

/** Whose, of which run, of which node: the labels of everything that is made. `list` and `destroy` go by nothing else. */
export const LABEL = {
  installation: 'benchbus.installation',
  run: 'benchbus.run',
  node: 'benchbus.node',
  /** `<incarnation>:<sequence>` */
  fence: 'benchbus.fence',
  /** Kind of a planned process, `pause` or `runner`. */
  process: 'benchbus.process',
  /** Of a volume with a copy of loaded data, which is a suite's and no run's: the suite, the copy's name, the log's incarnation. */
  suite: 'benchbus.suite',
  kept: 'benchbus.kept',
  log: 'benchbus.log',
} as const;

export interface Owner {
  readonly installation: string;
  readonly runId: string;
  readonly fence: Fence;
}

export const fenceText = ({ incarnation, sequence }: Fence): string => `${incarnation}:${sequence}`;
export const incarnationOf = (labels: Readonly<Record<string, string>> | null | undefined): string | undefined =>
  labels?.[LABEL.fence]?.split(':')[0];

export const labelsFor = ({ installation, runId, fence }: Owner, node?: string, process?: string) => ({
  [LABEL.installation]: installation,
  [LABEL.run]: runId,
  [LABEL.fence]: fenceText(fence),
  ...(node === undefined ? {} : { [LABEL.node]: node }),
  ...(process === undefined ? {} : { [LABEL.process]: process }),
});

/** Filter of the engine's lists: everything with these labels. */
export const labelFilter = (installation: string, runId?: string, node?: string): { label: string[] } => ({
  label: [
    `${LABEL.installation}=${installation}`,
    ...(runId === undefined ? [] : [`${LABEL.run}=${runId}`]),
    ...(node === undefined ? [] : [`${LABEL.node}=${node}`]),
  ],
});

/** Names say to people what labels say to us. No node's name has a dot, so a pod's containers collide with no other pod. */
export const networkName = (installation: string, runId: string): string => `benchbus-${installation}-${runId}`;
export const podName = (installation: string, runId: string, node: string): string =>
  `benchbus-${installation}-${runId}-${node}`;
export const runnerName = (pod: string): string => `${pod}.runner`;

/** A copy of loaded data that a suite's runs on one engine share. */
export interface KeptVolume {
  readonly installation: string;
  readonly suite: string;
  /** What determines the data, and what loaded them, as a hash. */
  readonly copy: string;
  /** Of the log. */
  readonly incarnation: string;
}
/** No volume of a node has a dot in its name. */
export const keptVolumeName = ({ installation, suite, copy }: KeptVolume): string =>
  `benchbus-${installation}-${suite}.kept.${copy}`;
/** Without a run: what is removed with a run has its label. */
export const keptLabels = ({ installation, suite, copy, incarnation }: KeptVolume) => ({
  [LABEL.installation]: installation,
  [LABEL.suite]: suite,
  [LABEL.kept]: copy,
  [LABEL.log]: incarnation,
});
export const keptFilter = (installation: string): { label: string[] } => ({
  label: [`${LABEL.installation}=${installation}`, LABEL.kept],
});

/** Where the node's volume is in all its containers: paths mean the same in each. */
export const NODE_DIR = '/benchbus/node';
/** Where a runner sees the cgroups of the engine's machine: those of its node are not its own. */
export const CGROUPS_DIR = '/benchbus/cgroups';

/** Images that the node's processes run, each once. */
export const imagesOf = (node: PlannedNode): string[] => [
  ...new Set(
    node.processes.flatMap((process) =>
      'launch' in process && process.launch?.image !== undefined ? [process.launch.image] : [],
    ),
  ),
];
