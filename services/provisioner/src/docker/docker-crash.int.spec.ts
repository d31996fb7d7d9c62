import { afterAll, beforeEach, expect, it } from 'vitest';
import { fixtureImages, setDockerScene, whyNoDocker } from '../testing/docker-scene.ts';
import type { DockerScene } from '../testing/docker-scene.ts';

const fixtures = fixtureImages();
let scene: DockerScene;
let beside: DockerScene;
beforeEach(async (context) => {
  const why = await whyNoDocker();
  if (why !== undefined) return context.skip(why);
  scene = await setDockerScene(fixtures.image());
  beside = await setDockerScene(fixtures.image());
  return async () => {
    await scene.close();
    await beside.close();
  };
}, 180_000);
afterAll(() => fixtures.remove());

/** Every place of a create where the process may die, in order; each restart goes on where the last one died. */
const CREATE = [
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
const DESTROY = [
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
const names = async (runId: string) => (await scene.bus.log.read(`evt.deployment.${runId}`)).map(({ name }) => name);

it(
  'a provisioner killed at every point of a create and of a destroy does each thing once; what another makes stays',
  { timeout: 900_000 },
  async () => {
    // Another installation on the same engine, with a run of the same name.
    await beside.provisioner();
    await beside.requestPods('r1');
    await beside.event('evt.deployment.r1', 'DeploymentReady');
    const its = await beside.world();
    expect(its.length).toBeGreaterThan(8);

    await (await scene.provisioner()).stop('SIGKILL');
    await scene.requestPods('r1', { deadlineMs: 600_000 });
    for (const point of CREATE) await scene.crashAt(point);
    const service = await scene.provisioner();
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    const provisioned = ['NodeProvisioned', 'NodeProvisioned', 'NodeProvisioned'];
    expect(await names('r1')).toEqual(['PlacementPlanned', ...provisioned, 'DeploymentReady']);
    // Complete, and nothing twice: three pods of two containers, three volumes, one network.
    const world = await scene.world();
    const count = (kind: string) => world.filter((what) => what.startsWith(kind)).length;
    expect([count('container'), count('volume'), count('network')]).toEqual([6, 3, 1]);
    await service.stop('SIGKILL');

    await scene.release('r1');
    for (const point of DESTROY) await scene.crashAt(point);
    await scene.provisioner();
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scene.world()).toEqual([]);
    expect(await beside.world()).toEqual(its);
  },
);

it.each(['after.network-create', 'after.pause-create', 'after.volume-create', 'after.runner-start'])(
  'a provisioner killed at %s, and the run released meanwhile, leaves nothing after its restart',
  { timeout: 300_000 },
  async (point) => {
    await (await scene.provisioner()).stop('SIGKILL');
    await scene.requestPods('r1');
    await scene.crashAt(point);
    await scene.release('r1');
    await scene.provisioner();
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scene.world()).toEqual([]);
    expect(await names('r1')).not.toContain('DeploymentReady');
  },
);
