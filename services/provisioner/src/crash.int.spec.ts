import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shmExists } from './adapters/shared-memory.ts';
import { postmasters } from './local/node-memory.ts';
import { FIXTURE, killAll, leftovers, segmentIds, setScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const names = async (runId: string) => (await scene.bus.log.read(`evt.deployment.${runId}`)).map(({ name }) => name);
const noDatabase = {
  BENCHBUS_EDGE_RUNNER_COMMAND: JSON.stringify([process.execPath, FIXTURE, '--no-database']),
};

/** Every place of a create where the process may die, in order; each restart goes on where the last one died. */
const CREATE = [
  'before-append.PlacementPlanned',
  'after-append.PlacementPlanned',
  'before.folder-create',
  'after.folder-create',
  'after.label-write',
  'before.runner-spawn',
  'after.runner-spawn',
  'before-append.NodeProvisioned',
  'after-append.NodeProvisioned',
  'before-append.DeploymentReady',
  'after-append.DeploymentReady',
];
const DESTROY = [
  'before.process-kill',
  'after.process-kill',
  'before.folder-remove',
  'after.folder-remove',
  'before.run-folder-remove',
  'after.run-folder-remove',
  'before-append.NodeDestroyed',
  'after-append.NodeDestroyed',
  'before-append.DeploymentDestroyed',
  'after-append.DeploymentDestroyed',
];

describe('a provisioner that is killed', () => {
  it(
    'at every point of a create and of a destroy, one after the other, still does each thing once',
    { timeout: 300_000 },
    async () => {
      await (await scene.provisioner()).stop('SIGKILL');
      await scene.request('r1', { deadlineMs: 150_000 });
      for (const point of CREATE) await scene.crashAt(point, noDatabase);
      const service = await scene.provisioner(noDatabase);
      await scene.event('evt.deployment.r1', 'DeploymentReady');
      expect(await names('r1')).toEqual(['PlacementPlanned', 'NodeProvisioned', 'NodeProvisioned', 'DeploymentReady']);
      expect((await scene.bus.log.read('evt.edge.r1.pg')).length).toBe(1);
      await service.stop('SIGKILL');

      await scene.release('r1');
      for (const point of DESTROY) await scene.crashAt(point, noDatabase);
      await scene.provisioner(noDatabase);
      await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
      expect((await names('r1')).slice(4)).toEqual(['NodeDestroyed', 'NodeDestroyed', 'DeploymentDestroyed']);
      expect(leftovers(scene)).toEqual([]);
    },
  );

  it.each(['after.folder-create', 'before.runner-spawn', 'after.runner-spawn'])(
    'at %s, and the run released meanwhile, leaves nothing after its restart',
    { timeout: 240_000 },
    async (point) => {
      await (await scene.provisioner()).stop('SIGKILL');
      await scene.request('r1');
      await scene.crashAt(point);
      await scene.release('r1');
      await scene.provisioner();
      await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
      expect(leftovers(scene)).toEqual([]);
      expect(await names('r1')).not.toContain('DeploymentReady');
    },
  );
});

describe('kill -9 of everything, the postmaster too', () => {
  it(
    'leaves shared memory and folders; they are reclaimed, across crashes in between',
    { timeout: 240_000 },
    async () => {
      const service = await scene.provisioner();
      await scene.request('r1');
      await scene.event('evt.deployment.r1', 'DeploymentReady');
      const dir = join(scene.localDir, 'r1', 'pg');
      const shm = JSON.parse(readFileSync(join(dir, 'shm.json'), 'utf8')) as string[];
      const [postmaster] = postmasters(dir);
      await service.stop('SIGKILL');
      killAll(scene);
      expect(shm.filter(shmExists)).toEqual(shm);
      expect(segmentIds()).toContain(postmaster?.segment?.id);

      await scene.release('r1');
      for (const point of ['before.shm-remove', 'after.shm-remove', 'before.sysv-remove', 'after.sysv-remove'])
        await scene.crashAt(point);
      await scene.provisioner();
      await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
      expect(leftovers(scene, shm)).toEqual([]);
      expect(segmentIds()).not.toContain(postmaster?.segment?.id);
    },
  );
});
