import { expect } from 'vitest';
import type { TwoDockerScenes } from './two-docker-scenes.ts';

/** Every place of a create where the process may die, in order; each restart goes on where the last one died. */
export const CREATE = [
  'before-append.PlacementPlanned',
  'after-append.PlacementPlanned',
  'before.network-create',
  'after.network-create',
  'before.pause-create',
  'after.pause-create',
  'before.pause-start',
  'after.pause-start',
  'before.volume-create',
  'after.volume-create',
  'before.runner-create',
  'after.runner-create',
  'before.runner-start',
  'after.runner-start',
  'before-append.NodeProvisioned',
  'after-append.NodeProvisioned',
  'before-append.DeploymentReady',
  'after-append.DeploymentReady',
];
export const DESTROY = [
  'before.runner-stop',
  'after.runner-stop',
  'before.container-remove',
  'after.container-remove',
  'before.volume-remove',
  'after.volume-remove',
  'before.cgroup-remove',
  'after.cgroup-remove',
  'before.network-remove',
  'after.network-remove',
  'before-append.NodeDestroyed',
  'after-append.NodeDestroyed',
  'before-append.DeploymentDestroyed',
  'after-append.DeploymentDestroyed',
];

/**
 * The provisioner dies at each of the points of creating three pods, then of destroying them, beside another installation on the
 * same engine that has a run of the same name: each thing is done once, and what the other one made stays.
 */
export async function walkPods(
  { scene, beside }: TwoDockerScenes,
  points: { readonly create: readonly string[]; readonly destroy: readonly string[] },
): Promise<void> {
  await beside.provisioner();
  await beside.requestPods('r1');
  await beside.event('evt.deployment.r1', 'DeploymentReady');
  const its = await beside.world();
  expect(its.length).toBeGreaterThan(8);

  await (await scene.provisioner()).stop('SIGKILL');
  await scene.requestPods('r1', { deadlineMs: 600_000 });
  for (const point of points.create) await scene.crashAt(point);
  const service = await scene.provisioner();
  await scene.event('evt.deployment.r1', 'DeploymentReady');
  const provisioned = ['NodeProvisioned', 'NodeProvisioned', 'NodeProvisioned'];
  const facts = (await scene.bus.log.read('evt.deployment.r1')).map(({ name }) => name);
  expect(facts).toEqual(['PlacementPlanned', ...provisioned, 'DeploymentReady']);
  // Complete, and nothing twice: three pods of two containers, three volumes, one network.
  const world = await scene.world();
  const count = (kind: string) => world.filter((what) => what.startsWith(kind)).length;
  expect([count('container'), count('volume'), count('network')]).toEqual([6, 3, 1]);
  await service.stop('SIGKILL');

  await scene.release('r1');
  for (const point of points.destroy) await scene.crashAt(point);
  await scene.provisioner();
  await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
  expect(await scene.world()).toEqual([]);
  expect(await beside.world()).toEqual(its);
}
