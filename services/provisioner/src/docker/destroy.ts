import { LABEL } from '@benchbus/docker';
import type { Engine } from '@benchbus/docker';
import type { ContainerInfo } from 'dockerode';
import { namedEffect } from '@benchbus/service';
import type { Cgroups } from './cgroups.ts';
import { containersOf, kindOf, nameOf, removeContainer, stopContainer } from './containers.ts';
import { networksOf, removeNetworks } from './network.ts';
import { removeVolumes, volumesOf } from './volume.ts';

export interface DockerWorld {
  readonly engine: Engine;
  readonly cgroups: Cgroups;
  readonly installation: string;
  readonly graceMs: number;
}

/** The runner first: it starts things. The pause last: the others live in its namespace. */
async function removeContainers({ engine, graceMs }: DockerWorld, all: readonly ContainerInfo[]): Promise<string[]> {
  const runners = all.filter((one) => kindOf(one) === 'runner');
  const pauses = all.filter((one) => kindOf(one) === 'pause');
  const others = all.filter((one) => !runners.includes(one) && !pauses.includes(one));
  const killed: string[] = [];
  await Promise.all(
    runners.map(async (runner) => {
      if (await stopContainer(engine, runner, graceMs)) killed.push(`container ${nameOf(runner)}`);
    }),
  );
  for (const group of [runners, others, pauses])
    await Promise.all(group.map((container) => removeContainer(engine, container)));
  return killed;
}

/**
 * Everything of one node, found by its labels: containers, volume, cgroup. Repeatable after a crash at any point. Returns the
 * runner if it had to be killed; its databases end with their containers, as nothing of them is kept.
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
