import { hostJanitor, subjects } from '@benchbus/events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCloud, type TestCloud } from '@benchbus/service/testing';
import { setScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { serveRunner, toldOf, yandexSettings } from '../testing/yandex-host.ts';
import type { TestReleases } from '../testing/yandex-host.ts';

let scene: Scene;
let cloud: TestCloud;
let releases: TestReleases;

beforeAll(async () => {
  cloud = await startTestCloud();
  scene = await setScene();
  releases = await serveRunner();
}, 300_000);
afterAll(async () => {
  await scene.close();
  cloud.close();
  releases.close();
});

const settings = () => yandexSettings(cloud, releases);
const told = (runId: string) => toldOf(scene, runId);

const nodes = (runId: string) =>
  scene.bus.log.waitFor(
    [subjects.deployment(runId)],
    async () =>
      (await told(runId)).filter((line) => line.startsWith('NodeProvisioned')).length === 2 ? true : undefined,
    { what: `both nodes of ${runId}`, timeoutMs: 100_000 },
  );

it(
  'the log tells of each machine that comes and goes; a provisioner that dies in an apply leaves nothing',
  { timeout: 240_000 },
  async () => {
    const first = await scene.provisioner(settings());
    expect((await scene.hostAnnounced()).targets.map(({ name }) => name)).toContain('yandex');
    await scene.request('r1', { target: 'yandex', deadlineMs: 120_000 });
    await nodes('r1');
    const machines = cloud.items().filter(({ kind }) => kind === 'yandex_compute_instance');
    expect(machines.map(({ labels }) => labels['benchbus-node']).sort()).toEqual(['load', 'pg']);

    // Dies while the second run's machines come up: terraform goes on alone, and is ended by whoever comes next.
    cloud.fault({ on: 'create', kind: 'yandex_compute_instance', name: '*-r2-*', when: 'after', do: 'hang' });
    await scene.request('r2', { target: 'yandex', block: 6, deadlineMs: 120_000 });
    await expect
      .poll(() => cloud.items().filter(({ labels }) => labels['benchbus-run'] === 'r2').length, { timeout: 60_000 })
      .toBe(4);
    await first.stop('SIGKILL');
    cloud.heal();
    const { hostId } = await scene.hostAnnounced();
    const second = await scene.provisioner(settings());
    await nodes('r2');
    await scene.release('r1');
    await scene.release('r2');
    for (const run of ['r1', 'r2']) await scene.event(subjects.deployment(run), 'DeploymentDestroyed');
    expect(cloud.items()).toEqual([]);
    const [one, other] = [await told('r1'), await told('r2')];
    expect(one.slice(0, 1)).toEqual(['PlacementPlanned']);
    for (const log of [one, other]) {
      expect(log.slice(1, 3).sort()).toEqual(['NodeProvisioned load', 'NodeProvisioned pg']);
      expect(log.slice(-3)).toEqual(['NodeDestroyed load', 'NodeDestroyed pg', 'DeploymentDestroyed']);
    }
    expect(
      (await scene.bus.questions.ask(hostJanitor(hostId), { dryRun: true }, { timeoutMs: 30_000 })).leftovers,
    ).toEqual([]);
    expect(second.lines.join('\n')).not.toContain(cloud.env['YC_TOKEN']);
    await second.stop();
  },
);
