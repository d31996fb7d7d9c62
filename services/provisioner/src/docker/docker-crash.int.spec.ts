import { expect, it } from 'vitest';
import { CREATE, DESTROY, walkPods } from '../testing/docker-crash-walk.ts';
import { twoDockerScenes } from '../testing/two-docker-scenes.ts';

const scenes = twoDockerScenes();

const names = async (runId: string) =>
  (await scenes.scene.bus.log.read(`evt.deployment.${runId}`)).map(({ name }) => name);

/** Another quarter each day; all of them in the long walk. */
const today = Math.floor(Date.now() / 86_400_000);
const aQuarter = (points: readonly string[]) => points.filter((_, index) => index % 4 === today % 4);
it(
  'a provisioner killed at points of a create and of a destroy does each thing once; what another makes stays',
  { timeout: 600_000 },
  () => walkPods(scenes, { create: aQuarter(CREATE), destroy: aQuarter(DESTROY) }),
);

it.each(['after.network-create', 'after.pause-create', 'after.volume-create', 'after.runner-start'])(
  'a provisioner killed at %s, and the run released meanwhile, leaves nothing after its restart',
  { timeout: 300_000 },
  async (point) => {
    await (await scenes.scene.provisioner()).stop('SIGKILL');
    await scenes.scene.requestPods('r1');
    await scenes.scene.crashAt(point);
    await scenes.scene.release('r1');
    await scenes.scene.provisioner();
    await scenes.scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scenes.scene.world()).toEqual([]);
    expect(await names('r1')).not.toContain('DeploymentReady');
  },
);
