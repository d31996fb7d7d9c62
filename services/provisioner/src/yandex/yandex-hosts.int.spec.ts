import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { findByEnvironment, signalProcess } from '@benchbus/processes';
import { startS3, startTestCloud } from '@benchbus/service/testing';
import type { TestCloud, TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TERRAFORM_LABEL } from '../terraform/workspace.ts';
import { setScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';
import { machineProcesses, serveRunner, toldOf, yandexSettings } from '../testing/yandex-host.ts';
import type { TestReleases } from '../testing/yandex-host.ts';

const BUCKET = 'artifacts';

let scene: Scene;
let cloud: TestCloud;
let releases: TestReleases;
let s3: TestS3;

beforeAll(async () => {
  cloud = await startTestCloud();
  scene = await setScene({ livenessTtlMs: 3_000 });
  releases = await serveRunner();
  s3 = await startS3([BUCKET]);
}, 300_000);
afterAll(async () => {
  await scene.close();
  cloud.close();
  releases.close();
  await s3.stop();
});

const gone = ['NodeDestroyed load', 'NodeDestroyed pg', 'DeploymentDestroyed'];

it(
  'what a host made that is gone for good, another one removes, and says so: also behind a lock that was left in S3',
  { timeout: 300_000 },
  async () => {
    const settings = yandexSettings(cloud, releases, { bucket: BUCKET, service: s3 });
    const inStates = (file: string) => existsSync(join(s3.folder, BUCKET, 'terraform', scene.installation, file));
    const first = await scene.provisioner(settings);
    const { hostId } = await scene.hostAnnounced();
    await scene.request('r1', { target: 'yandex', deadlineMs: 240_000 });
    await expect.poll(() => toldOf(scene, 'r1'), { timeout: 100_000 }).toHaveLength(3);
    // The host dies, all of it, in the middle of an apply: nobody gives the lock back.
    cloud.fault({
      ...{ on: 'create', kind: 'yandex_compute_instance', name: '*-r2-pg-*' },
      ...{ when: 'after', do: 'stuck', once: true },
    });
    await scene.request('r2', { target: 'yandex', block: 6, deadlineMs: 240_000 });
    await expect.poll(() => toldOf(scene, 'r2'), { timeout: 100_000 }).toContain('NodeProvisioned load');
    await expect.poll(() => cloud.calls().join('\n'), { timeout: 60_000 }).toMatch(/fault-stuck .*-r2-pg-/);
    const made = cloud.items().map(({ id }) => id);
    expect(made).toHaveLength(8);
    await first.stop('SIGKILL');
    const terraform = findByEnvironment({ [TERRAFORM_LABEL]: `${scene.installation}/r2` });
    expect(terraform).not.toEqual([]);
    for (const process of terraform) signalProcess(process, 'SIGKILL');
    expect(inStates('r2.tfstate.tflock')).toBe(true);

    const other = {
      ...settings,
      BENCHBUS_STATE_DIR: join(scene.root, 'state-b'),
      BENCHBUS_LOCAL_DIR: join(scene.root, 'local-b'),
      BENCHBUS_LOCAL_LOCKS_DIR: join(scene.root, 'locks-b'),
      BENCHBUS_JANITOR_INTERVAL_MS: '1000',
    };
    await scene.release('r1');
    const second = await scene.provisioner(other);
    await scene.event(subjects.deployment('r1'), 'DeploymentDestroyed');
    // Not released, and its lease is valid: the janitor that took the other leaves it alone.
    expect(await scene.bus.liveness.holder(`host.${hostId}`)).toBeUndefined();
    expect(cloud.items().every(({ labels }) => labels['benchbus-run'] === 'r2')).toBe(true);
    expect(cloud.items()).toHaveLength(4);
    await scene.release('r2');
    await scene.event(subjects.deployment('r2'), 'DeploymentDestroyed');

    expect(second.lines.join('\n')).toContain('a dead provisioner left its lock: broken');
    expect(cloud.items()).toEqual([]);
    expect(machineProcesses(made)).toEqual([]);
    for (const file of ['r1.record.json', 'r1.tfstate', 'r2.record.json', 'r2.tfstate', 'r2.tfstate.tflock'])
      expect([file, inStates(file)]).toEqual([file, false]);

    // It was not gone for good, after all: there is nothing left for it to do, or to say.
    const back = await scene.provisioner(settings);
    const [one, two] = [await toldOf(scene, 'r1'), await toldOf(scene, 'r2')];
    expect(one.slice(1, 3).sort()).toEqual(['NodeProvisioned load', 'NodeProvisioned pg']);
    expect([one.slice(3), two]).toEqual([gone, ['PlacementPlanned', 'NodeProvisioned load', ...gone]]);
    await Promise.all([back.stop(), second.stop()]);
    for (const run of ['r1', 'r2'])
      expect((await toldOf(scene, run)).filter((name) => name === 'DeploymentDestroyed')).toHaveLength(1);
  },
);
