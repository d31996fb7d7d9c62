import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { findByEnvironment } from '@benchbus/processes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TERRAFORM_LABEL } from '../terraform/workspace.ts';
import { setScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { startTestCloud, type TestCloud } from '@benchbus/service/testing';
import { machineProcesses, serveRunner, toldOf, yandexSettings } from '../testing/yandex-host.ts';
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

/** Records, states and locks in the store. */
const states = () =>
  readdirSync(join(cloud.root, 'states'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

const DESTROY = ['before.terraform-destroy', 'after.terraform-destroy', 'before.state-remove', 'after.state-remove'];

it(
  'a provisioner that dies at each point of making and removing: each machine comes once and goes once',
  { timeout: 300_000 },
  async () => {
    const settings = yandexSettings(cloud, releases);
    // The host is known by its announcement; nothing is asked of it before it has died.
    await (await scene.provisioner(settings)).stop('SIGKILL');
    await scene.request('r1', { target: 'yandex', deadlineMs: 240_000 });
    await scene.crashAt('before.terraform-apply', settings);
    expect(cloud.items()).toEqual([]);
    await scene.crashAt('after.terraform-apply', settings);
    const made = cloud.items().map(({ id }) => id);
    expect(made).toHaveLength(4);
    expect(states()).not.toEqual([]);

    const between = await scene.provisioner(settings);
    await expect.poll(() => toldOf(scene, 'r1'), { timeout: 100_000 }).toHaveLength(3);
    // What the first one made is what the second one goes on with.
    expect(cloud.items().map(({ id }) => id)).toEqual(made);
    await between.stop('SIGKILL');

    await scene.release('r1');
    for (const point of DESTROY) await scene.crashAt(point, settings);
    const last = await scene.provisioner(settings);
    await scene.event(subjects.deployment('r1'), 'DeploymentDestroyed');

    expect(cloud.items()).toEqual([]);
    expect(cloud.calls().filter((line) => line.startsWith('create '))).toHaveLength(4);
    expect(cloud.calls().filter((line) => line.startsWith('delete '))).toHaveLength(4);
    expect(machineProcesses(made)).toEqual([]);
    expect(findByEnvironment({ [TERRAFORM_LABEL]: `${scene.installation}/r1` })).toEqual([]);
    expect(states()).toEqual([]);
    expect(readdirSync(join(scene.stateDir, 'terraform-work'))).toEqual(['terraformrc']);
    const log = await toldOf(scene, 'r1');
    expect([log[0], ...log.slice(1, 3).sort(), ...log.slice(3)]).toEqual([
      'PlacementPlanned',
      ...['NodeProvisioned load', 'NodeProvisioned pg'],
      ...['NodeDestroyed load', 'NodeDestroyed pg', 'DeploymentDestroyed'],
    ]);
    await last.stop();
  },
);
