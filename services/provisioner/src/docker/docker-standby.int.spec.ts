import { afterAll, beforeEach, expect, it } from 'vitest';
import { fixtureImages, setDockerScene, whyNoDocker } from '../testing/docker-scene.ts';
import type { DockerScene } from '../testing/docker-scene.ts';

const fixtures = fixtureImages();
let scene: DockerScene;
beforeEach(async (context) => {
  const why = await whyNoDocker();
  if (why !== undefined) return context.skip(why);
  scene = await setDockerScene(fixtures.image());
  return () => scene.close();
}, 180_000);
afterAll(() => fixtures.remove());

const deployment = () => scene.bus.log.read('evt.deployment.r1');

it.each([
  ['after.network-create', 'after.runner-stop'],
  ['after.pause-create', 'before.volume-remove'],
])(
  'three pods: a provisioner killed at %s has its work finished by the one beside it, and that one, killed at %s, too',
  { timeout: 240_000 },
  async (creating, destroying) => {
    const first = await scene.provisioner({ BENCHBUS_CRASH_AT: creating });
    const second = await scene.standby({ BENCHBUS_CRASH_AT: destroying });
    await scene.requestPods('r1');
    expect((await first.exited).signal).toBe('SIGKILL');
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    expect((await deployment()).map(({ name }) => name)).toEqual([
      ...['PlacementPlanned', 'NodeProvisioned', 'NodeProvisioned', 'NodeProvisioned', 'DeploymentReady'],
    ]);
    const kinds = (await scene.world()).map((what) => what.split(' ', 1)[0]);
    const count = (kind: string) => kinds.filter((one) => one === kind).length;
    expect([count('container'), count('volume'), count('network')]).toEqual([6, 3, 1]);

    const third = await scene.standby();
    await scene.release('r1');
    expect((await second.exited).signal).toBe('SIGKILL');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(await scene.world()).toEqual([]);
    const gone = (await deployment()).flatMap((event) => (event.name === 'NodeDestroyed' ? [event.data.node] : []));
    expect(gone.sort()).toEqual(['load', 'pg-a', 'pg-b']);
    expect((await third.stop()).code).toBe(0);
  },
);

it('one that stands by ends when it is asked to, and leaves the other at work', { timeout: 60_000 }, async () => {
  const serving = await scene.provisioner();
  const waiting = await scene.standby();
  expect((await waiting.stop()).code).toBe(0);
  expect(serving.process.exitCode).toBe(null);
  await serving.stop();
});
