import { LABEL } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { ContainerInfo } from 'dockerode';
import { namedEffect } from '@benchbus/service';
import type { Cgroups } from './cgroups.ts';
import { containersOf, endContainer, kindOf, nameOf, removeContainer, stopContainer } from './containers.ts';
import { networksOf, removeNetworks } from './network.ts';
import { releaseExternal } from './release-external.ts';
import { removeVolumes, volumesOf } from './volume.ts';

export interface DockerWorld {
  readonly engine: Engine;
  readonly cgroups: Cgroups;
  readonly installation: string;
  readonly graceMs: number;
  /** Longest wait for an external database, see release-external.ts. */
  readonly externalReleaseMs: number;
}

/** Asked to end before they are removed: a dump that is being made lies in the operator's folder, and is tidied up. */
const TIDIES_UP = 'backup';

/**
 * The runner ends first: it starts things. The pause goes last: the others live in its namespace. Returns what the regular stop
 * of these left behind.
 */
async function removeContainers(world: DockerWorld, all: readonly ContainerInfo[]): Promise<string[]> {
  const { engine, graceMs, externalReleaseMs } = world;
  const runners = all.filter((one) => kindOf(one) === 'runner');
  const pauses = all.filter((one) => kindOf(one) === 'pause');
  const others = all.filter((one) => !runners.includes(one) && !pauses.includes(one));
  const killed: string[] = [];
  await Promise.all(
    runners.map(async (runner) => {
      if (await stopContainer(engine, runner, graceMs)) killed.push(`container ${nameOf(runner)}`);
    }),
  );
  const remove = (group: readonly ContainerInfo[]) =>
    Promise.all(group.map((container) => removeContainer(engine, container)));
  const tidy = others.filter((one) => kindOf(one) === TIDIES_UP);
  await Promise.all(tidy.map((one) => endContainer(engine, one, graceMs)));
  await remove(others);
  for (const runner of runners) killed.push(...(await releaseExternal(engine, runner, externalReleaseMs)));
  await remove(runners);
  await remove(pauses);
  return killed;
}

/**
 * Everything of one node, found by its labels: containers, volume, cgroup. Repeatable after a crash at any point. Returns the
 * runner if it had to be killed, and what became of a schema that it left in a database that is not ours; the node's own
 * databases end with their containers, as nothing of them is kept.
 */
export async function destroyPod(world: DockerWorld, runId: string, node: string): Promise<string[]> {
  const { engine, cgroups, installation } = world;
  const killed = await removeContainers(world, await containersOf(engine, installation, runId, node));
  // One that the runner made while it was being stopped.
  await removeContainers(world, await containersOf(engine, installation, runId, node));
  await removeVolumes(engine, await volumesOf(engine, installation, runId, node));
  await namedEffect('cgroup-remove', () => Promise.resolve(cgroups.remove({ runId, node })));
  return killed;
}

/** What belongs to the run and to no node of it. */
export async function destroyRunNetwork(world: DockerWorld, runId: string): Promise<void> {
  const { engine, cgroups, installation } = world;
  const stray = (await containersOf(engine, installation, runId)).filter(({ Labels }) => !Labels[LABEL.node]);
  await removeContainers(world, stray);
  await removeVolumes(
    engine,
    (await volumesOf(engine, installation, runId)).filter(({ Labels }) => !Labels?.[LABEL.node]),
  );
  await removeNetworks(engine, await networksOf(engine, installation, runId));
  cgroups.removeRun(runId);
}
