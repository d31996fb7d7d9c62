import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { lockHolder, untilUnlocked } from '@benchbus/processes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databasePassword } from '@benchbus/service';
import { installationKey } from './adapters/installation-key.ts';
import { nodeProcesses } from './local/node-processes.ts';
import { spawnRunner } from './local/spawn-runner.ts';
import { FIXTURE, leftovers, setScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

const names = async (runId: string) => (await scene.bus.log.read(subjects.deployment(runId))).map(({ name }) => name);
const runner = (node: string) => lockHolder(join(scene.localDir, 'r1', node, 'runner.lock'));
const command = (mode: string) => ({
  BENCHBUS_EDGE_RUNNER_COMMAND: JSON.stringify([process.execPath, FIXTURE, mode]),
});

describe('a deployment on local', () => {
  it('is planned, provisioned, ready with a real PostgreSQL; then destroyed without leftovers', async () => {
    const service = await scene.provisioner();
    await scene.request('r1');
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    expect(await names('r1')).toEqual(['PlacementPlanned', 'NodeProvisioned', 'NodeProvisioned', 'DeploymentReady']);
    const stage = await scene.event('evt.run.r1', 'RunStageStarted');
    const plan = await scene.event('evt.deployment.r1', 'PlacementPlanned');
    expect(plan.data.fence).toEqual({ incarnation: scene.bus.log.incarnation, sequence: stage.sequence });
    expect(statSync(join(scene.localDir, 'r1', 'pg')).mode & 0o777).toBe(0o711);
    const shm = JSON.parse(readFileSync(join(scene.localDir, 'r1', 'pg', 'shm.json'), 'utf8')) as string[];
    expect(shm.length).toBeGreaterThan(0);
    const processes = nodeProcesses(scene.whose, 'r1', 'pg');
    // The postmaster's children have overwritten their labels; they are found all the same.
    expect(processes.filter(({ postgres }) => postgres).length).toBeGreaterThan(3);

    await scene.release('r1');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(leftovers(scene, shm)).toEqual([]);
    const log = await scene.bus.log.read('evt.deployment.r1');
    const gone = log.filter((event) => event.name === 'NodeDestroyed');
    expect(gone.map(({ data }) => data.node)).toEqual(['load', 'pg']);
    // Everything ended by its regular stop: nothing was left to be reclaimed.
    expect(gone.map(({ data }) => data.reclaimed)).toEqual([[], []]);
    await service.stop();
    const { hostId } = await scene.hostAnnounced();
    expect((await scene.bus.log.read(subjects.host(hostId))).at(-1)?.name).toBe('HostLeft');
  });

  it('survives the provisioner, which adopts its runners, restarts a dead one, and destroys it', async () => {
    const first = await scene.provisioner();
    await scene.request('r1');
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    const before = { pg: runner('pg'), load: runner('load') };
    await first.stop();
    expect({ pg: runner('pg'), load: runner('load') }).toEqual(before);
    const second = await scene.provisioner();
    const { hostId, targets } = await scene.hostAnnounced();
    // Nothing changed, the host never left: nothing is announced again, and the pool is the old one.
    expect((await scene.bus.log.read(subjects.host(hostId))).map(({ name }) => name)).toEqual(['HostAnnounced']);
    expect(second.lines.find((line) => line.includes('provisioner serves'))).toContain(targets[0]?.pool.cidr);

    const ready = async () => (await scene.bus.log.read('evt.edge.r1.pg')).length;
    expect(await ready()).toBe(1);
    process.kill(before.pg ?? 0, 'SIGKILL');
    await scene.bus.log.waitFor(['evt.edge.r1.pg'], async () => ((await ready()) === 2 ? true : undefined), {
      what: 'the restarted runner',
      timeoutMs: 20_000,
    });
    expect(runner('pg')).not.toBe(before.pg);
    await scene.release('r1');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(leftovers(scene)).toEqual([]);
    await second.stop();
  });

  it('is destroyed when nothing was ever made, and by an overtaking destroy while it is being made', async () => {
    const service = await scene.provisioner(command('--silent'));
    await scene.request('r1');
    await scene.event('evt.deployment.r1', 'PlacementPlanned');
    await scene.release('r1');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(leftovers(scene)).toEqual([]);
    expect(await names('r1')).not.toContain('DeploymentReady');
    await service.stop();
    await scene.request('r2', { block: 6 });
    await scene.release('r2');
    await (
      await scene.provisioner()
    ).line((line) => (line.includes('deployment destroyed') ? true : undefined), 'destroyed');
    expect(await names('r2')).toEqual(['DeploymentDestroyed']);
  });

  it('is made anew for a new attempt', async () => {
    await scene.provisioner(command('--no-database'));
    await scene.request('r1');
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    const before = runner('pg');
    await scene.request('r1', { attempt: 2 });
    await scene.bus.log.waitFor(
      ['evt.deployment.r1'],
      async () =>
        (await scene.bus.log.read('evt.deployment.r1')).some(
          (event) => event.name === 'DeploymentReady' && event.data.attempt === 2,
        ) || undefined,
      { what: 'the second attempt', timeoutMs: 20_000 },
    );
    expect(runner('pg')).toBeDefined();
    expect(runner('pg')).not.toBe(before);
  });
});

describe('a deployment fails with a code', () => {
  const failure = async () => (await scene.event('evt.deployment.r1', 'DeploymentFailed')).data;

  it('RUNNER_START_FAILED carries the last lines, without the password', async () => {
    await scene.provisioner(command('--fail'));
    await scene.request('r1');
    const { problem, node } = await failure();
    expect(problem.code).toBe('RUNNER_START_FAILED');
    expect(problem.message).toContain('fails on purpose; its password is ***');
    expect(problem.message).not.toContain(databasePassword(installationKey(scene.stateDir), 'r1'));
    expect(['pg', 'load']).toContain(node);
  });

  it('PROVISION_TIMEOUT names the silent nodes', async () => {
    await scene.provisioner(command('--silent'));
    await scene.request('r1', { deadlineMs: 3_000 });
    const { problem } = await failure();
    expect(problem).toMatchObject({ code: 'PROVISION_TIMEOUT', where: 'pg, load' });
  });

  it('HW_EXCEEDS_HOST, PROGRAM_MISSING and SECRET_MISSING leave no trace', async () => {
    await scene.provisioner();
    await scene.request('r1', { hardware: { cores: 4096 } });
    expect((await failure()).problem.code).toBe('HW_EXCEEDS_HOST');
    await scene.request('r2', { version: '18' });
    const { problem } = (await scene.event('evt.deployment.r2', 'DeploymentFailed')).data;
    expect(problem.code).toBe('PROGRAM_MISSING');
    expect(problem.hint).toContain('postgresql-18');
    await scene.request('r3', { backup: true });
    const { data } = await scene.event('evt.deployment.r3', 'DeploymentFailed');
    expect(data.problem).toMatchObject({ code: 'SECRET_MISSING', where: 'NOBODY_HAS_THIS' });
    const made = (await scene.bus.log.read(subjects.deployment('r3'))).map(({ name }) => name);
    expect(made).toEqual(['DeploymentFailed']);
    expect(leftovers(scene)).toEqual([]);
  });

  it('ADDRESS_IN_USE names who has the port', async () => {
    await scene.provisioner();
    const { targets } = await scene.hostAnnounced();
    const [a, b] = (targets[0]?.pool.cidr ?? '').split('.');
    const server = createServer();
    // planDeployment gives the first node the block's first usable address.
    await new Promise<void>((resolve) => server.listen(5432, `${a}.${b}.9.4`, resolve));
    try {
      await scene.request('r1', { block: 9 });
      const { problem, node } = await failure();
      expect(problem.code).toBe('ADDRESS_IN_USE');
      expect(problem.message).toContain(`process ${process.pid}`);
      expect(node).toBe('pg');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.runIf(process.getuid?.() === 0)('LOCAL_DIR_UNUSABLE says which folder cannot be passed', async () => {
    const closed = join(scene.root, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    await scene.provisioner({ BENCHBUS_LOCAL_DIR: join(closed, 'local') });
    await scene.request('r1');
    const { problem } = await failure();
    expect(problem.code).toBe('LOCAL_DIR_UNUSABLE');
    expect(problem.message).toContain(`cannot pass through ${closed}`);
  });
});

it("says what others use of its pools, and when they do not any more, whenever the janitor's look finds it changed", async () => {
  await scene.provisioner({ BENCHBUS_JANITOR_INTERVAL_MS: '100' });
  const { hostId, targets } = await scene.hostAnnounced();
  const [a, b] = (targets[0]?.pool.cidr ?? '').split('.');
  const subject = subjects.host(hostId);
  const last = async () =>
    (await scene.bus.log.read(subject)).findLast((event) => event.name === 'HostAnnounced')?.data;
  const says = (count: number) =>
    scene.bus.log.waitFor(
      [subject],
      async () => {
        const { occupied } = (await last()) ?? {};
        return occupied?.length === count ? occupied : undefined;
      },
      { what: `an announcement of ${count} blocks of others`, timeoutMs: 20_000 },
    );
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, `${a}.${b}.9.4`, resolve));
  try {
    expect(await says(1)).toEqual([{ cidr: `${a}.${b}.9.0/24`, by: 'a listening socket' }]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  expect(await says(0)).toEqual([]);
});

describe('fences', () => {
  it('nothing is made for an older stage, nor for another host', async () => {
    await scene.provisioner();
    const { hostId } = await scene.hostAnnounced();
    await scene.request('r1', { hostId: `${hostId}x` });
    await scene.request('r2');
    await scene.event('evt.deployment.r2', 'DeploymentReady');
    expect(await names('r1')).toEqual([]);
    expect(existsSync(join(scene.localDir, 'r1'))).toBe(false);
  });

  it('a second runner on the same folder does not start', async () => {
    await scene.provisioner(command('--no-database'));
    await scene.request('r1');
    await scene.event('evt.deployment.r1', 'DeploymentReady');
    const lock = join(scene.localDir, 'r1', 'load', 'runner.lock');
    const child = await spawnRunner(join(scene.localDir, 'r1', 'load'), ['true'], { PATH: process.env['PATH'] ?? '' });
    expect((await once(child, 'exit'))[0]).toBe(75);
    const holder = lockHolder(lock) ?? 0;
    const free = untilUnlocked(lock, AbortSignal.timeout(20_000));
    await scene.release('r1');
    await free;
    expect(lockHolder(lock)).not.toBe(holder);
  });
});
