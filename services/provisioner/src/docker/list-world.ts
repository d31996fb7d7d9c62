import { LABEL, incarnationOf } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { WorldItem } from '../target/target.ts';
import type { Cgroups } from './cgroups.ts';
import { containersOf, nameOf } from './containers.ts';
import { networksOf } from './network.ts';
import { volumesOf } from './volume.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;

const item = (kind: WorldItem['kind'], labels: Labels, what: string): WorldItem[] => {
  const runId = labels?.[LABEL.run];
  if (runId === undefined) return [];
  return [{ kind, runId, node: labels?.[LABEL.node], incarnation: incarnationOf(labels), what }];
};

/** Everything that carries this installation's labels, of one run or of all, and the cgroups below its name. */
export async function listDockerWorld(
  engine: Engine,
  cgroups: Cgroups,
  installation: string,
  runId?: string,
): Promise<WorldItem[]> {
  const [containers, networks, volumes] = await Promise.all([
    containersOf(engine, installation, runId),
    networksOf(engine, installation, runId),
    volumesOf(engine, installation, runId),
  ]);
  return [
    ...containers.flatMap((one) => item('container', one.Labels, `container ${nameOf(one)} (${one.State})`)),
    ...volumes.flatMap(({ Labels, Name }) => item('volume', Labels, `volume ${Name}`)),
    ...networks.flatMap(({ Labels, Name }) => item('network', Labels, `network ${Name}`)),
    ...cgroups.list(runId).map(({ runId: run, node }): WorldItem => ({
      ...{ kind: 'cgroup', runId: run, node, incarnation: undefined },
      what: `cgroup ${cgroups.parent({ runId: run, node })}`,
    })),
  ];
}
