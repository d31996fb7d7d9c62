import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostJanitor, nodeAccess } from '@benchbus/events';
import { startNatsServer } from '@benchbus/events/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeProcesses } from '../local/node-processes.ts';
import { FIXTURE, killAll, leftovers, setScene } from '../testing/scene.ts';
import type { Scene } from '../testing/scene.ts';

let scene: Scene;
const strangers: ChildProcess[] = [];
beforeEach(async () => {
  scene = await setScene();
});
afterEach(async () => {
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
  await scene.close();
});

const noDatabase = {
  BENCHBUS_EDGE_RUNNER_COMMAND: JSON.stringify([process.execPath, FIXTURE, '--no-database']),
};
const ready = (runId: string) => scene.event(`evt.deployment.${runId}`, 'DeploymentReady');

function stranger(env: Record<string, string>, cwd: string): ChildProcess {
  const child = spawn('sleep', ['1000'], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: 'ignore' });
  strangers.push(child);
  return child;
}

describe('the janitor', () => {
  it('reclaims what was made for another log, database and all', { timeout: 240_000 }, async () => {
    const service = await scene.provisioner();
    await scene.request('r1');
    await ready('r1');
    await service.stop('SIGKILL');
    const other = await startNatsServer();
    try {
      const second = await scene.provisioner({ NATS_URL: other.url });
      await second.line((line) => (line.includes('janitor reclaimed') ? true : undefined), 'the report');
      expect(leftovers(scene)).toEqual([]);
      await second.stop();
    } finally {
      await other.stop();
    }
  });

  it(
    'reclaims a run that is over, its lease expired and its holders gone, and says so in the log',
    { timeout: 240_000 },
    async () => {
      const service = await scene.provisioner(noDatabase);
      await scene.request('r1', { leaseMs: 1 });
      await ready('r1');
      await service.stop('SIGKILL');
      await scene.append({
        name: 'RunFailed',
        subject: 'evt.run.r1',
        correlation: 's1',
        cause: 'x',
        data: { problem: { code: 'X', message: 'x' } },
      });
      // Held by living runners: kept, although the lease is over.
      const second = await scene.provisioner({ ...noDatabase, BENCHBUS_JANITOR_INTERVAL_MS: '300' });
      expect(nodeProcesses(scene.whose).length).toBe(2);
      for (const { pid } of nodeProcesses(scene.whose)) process.kill(pid, 'SIGKILL');
      const destroyed = await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
      expect(destroyed.data.reason).toContain('lease expired');
      expect(leftovers(scene)).toEqual([]);
      await second.stop();
    },
  );

  it(
    'never touches other installations, unlabelled processes, or folders with similar names',
    { timeout: 240_000 },
    async () => {
      const foreignFolders = ['r1-foreign', 'r', 'other'].map((name) => join(scene.localDir, name, 'pg'));
      for (const dir of foreignFolders) {
        mkdirSync(dir, { recursive: true });
        writeFileSync(join(dir, 'node.json'), '{}');
      }
      writeFileSync(join(scene.localDir, 'other', '.benchbus-run'), `${scene.installation}x\n`);
      const service = await scene.provisioner(noDatabase);
      await scene.request('r1');
      await ready('r1');
      const inside = join(scene.localDir, 'r1', 'pg');
      const labels = { BENCHBUS_RUN: 'r1', BENCHBUS_NODE: 'pg' };
      stranger({}, inside);
      stranger({ ...labels, BENCHBUS_INSTALLATION: `${scene.installation}x` }, inside);
      stranger({ ...labels }, '/');
      stranger({ BENCHBUS_INSTALLATION: scene.installation }, '/'); // another service of ours, not a node's process
      const mine = stranger({ ...labels, BENCHBUS_INSTALLATION: scene.installation }, '/');
      await scene.release('r1');
      await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
      await service.stop();
      await (await scene.provisioner(noDatabase)).stop(); // its first sweep is over when it is ready
      expect(strangers.filter((child) => child !== mine).map(({ signalCode }) => signalCode)).toEqual([
        null,
        null,
        null,
        null,
      ]);
      expect(mine.signalCode).toBe('SIGTERM');
      expect(foreignFolders.every((dir) => existsSync(dir))).toBe(true);
      expect(existsSync(join(scene.localDir, 'r1'))).toBe(false);
    },
  );

  it('reclaims at start what kill -9 left of a run that the log calls destroyed', { timeout: 240_000 }, async () => {
    const service = await scene.provisioner(noDatabase);
    await scene.request('r1');
    await ready('r1');
    await service.stop('SIGKILL');
    killAll(scene);
    await scene.append({
      name: 'DeploymentDestroyed',
      subject: 'evt.deployment.r1',
      correlation: 's1',
      cause: 'x',
      data: { reason: 'x' },
    });
    await scene.provisioner(noDatabase);
    expect(leftovers(scene)).toEqual([]);
  });

  it(
    'asked: says what it would remove and why, removes it when told to, and touches nothing else',
    { timeout: 240_000 },
    async () => {
      await scene.provisioner(noDatabase);
      await scene.request('r1');
      await ready('r1');
      const { hostId } = await scene.hostAnnounced();
      const labels = { BENCHBUS_RUN: 'r0', BENCHBUS_NODE: 'pg' };
      const planted = stranger({ ...labels, BENCHBUS_INSTALLATION: scene.installation }, '/');
      const foreign = [
        stranger({}, '/'),
        stranger({ ...labels, BENCHBUS_INSTALLATION: `${scene.installation}x` }, '/'),
      ];
      const folder = join(scene.localDir, 'r0');
      mkdirSync(join(folder, 'pg'), { recursive: true });
      writeFileSync(join(folder, '.benchbus-run'), `${scene.installation}\n`);
      const lock = join(scene.locksDir, '127.99.0.0_16.json');
      const claim = { cidr: '127.99.0.0/16', pid: 1, startTime: '0', bootId: 'another', localDir: scene.localDir };
      const dead = { ...claim, localDir: join(scene.root, 'gone'), claimedAt: 'yesterday' };
      writeFileSync(lock, JSON.stringify({ ...dead, installation: scene.installation }));

      const ask = async (dryRun: boolean) =>
        (await scene.bus.questions.ask(hostJanitor(hostId), { dryRun }, { timeoutMs: 30_000 })).leftovers;
      const expected = (outcome: string) =>
        [
          { kind: 'process', runId: 'r0', node: 'pg', what: `process ${planted.pid} (sleep)`, outcome },
          { kind: 'folder', runId: 'r0', node: 'pg', what: `folder ${folder}/pg`, outcome },
          { kind: 'folder', runId: 'r0', what: `folder ${folder}`, outcome },
          { kind: 'lock', what: `lock ${lock}`, outcome },
        ].map((one) => expect.objectContaining(one) as unknown);
      const dry = await ask(true);
      expect(dry).toEqual(expected('would be removed'));
      expect(dry[0]?.why).toBe('no deployment of this run is in the log');
      expect([planted.signalCode, existsSync(folder), existsSync(lock)]).toEqual([null, true, true]);

      expect(await ask(false)).toEqual(expected('removed'));
      expect([planted.signalCode, existsSync(folder), existsSync(lock)]).toEqual(['SIGTERM', false, false]);
      expect(foreign.map(({ signalCode }) => signalCode)).toEqual([null, null]);
      expect(nodeProcesses(scene.whose, 'r1')).toHaveLength(2);
      expect(await ask(true)).toEqual([]);
    },
  );

  it('says where a node lives, while it does', { timeout: 240_000 }, async () => {
    await scene.provisioner(noDatabase);
    await scene.request('r1');
    await ready('r1');
    const { hostId } = await scene.hostAnnounced();
    const ask = () => scene.bus.questions.ask(nodeAccess(hostId), { runId: 'r1', node: 'pg' });
    const dir = join(scene.localDir, 'r1', 'pg');
    expect(await ask()).toMatchObject({ dir, stateDir: scene.stateDir, postgresBin: '/usr/lib/postgresql/15/bin' });
    await scene.release('r1');
    await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    await expect(ask()).rejects.toMatchObject({ code: 'NODE_GONE' });
  });
});
