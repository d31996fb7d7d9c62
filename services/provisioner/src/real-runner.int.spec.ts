import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '@benchbus/hatchet-embedded';
import { connectClient } from '@benchbus/hatchet-embedded/testing';
import { EDGE_SETUP, edgeWorkerLabels, requireLabels } from '@benchbus/tasks';
import type { EdgeTaskInput } from '@benchbus/tasks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRunnerCommand } from './local/runner-command.ts';
import { nodeProcesses } from './local/node-processes.ts';
import { leftovers, setScene } from './testing/scene.ts';
import type { Scene } from './testing/scene.ts';

let scene: Scene;
let engine: Awaited<ReturnType<typeof startEngine>>;
beforeEach(async () => {
  scene = await setScene();
  engine = await startEngine({ stateDir: join(scene.root, 'engine') });
});
afterEach(async () => {
  await scene.close(); // runners first: they would wait for the engine
  await engine.stop();
});

describe('with the edge runner of this workspace', () => {
  it('deploys, sets up a real database by its task, and destroys everything', { timeout: 240_000 }, async () => {
    await scene.provisioner({
      ...engine.env,
      HATCHET_CLIENT_LOG_LEVEL: 'OFF',
      BENCHBUS_EDGE_RUNNER_COMMAND: JSON.stringify(defaultRunnerCommand()),
    });
    await scene.request('r1', { deadlineMs: 60_000 });
    const answer = await scene.event('evt.deployment.r1', 'DeploymentReady', 'DeploymentFailed');
    expect(answer).toMatchObject({ name: 'DeploymentReady' });

    const later = new Date(Date.now() + 60_000).toISOString();
    await scene.append({
      name: 'RunStageStarted',
      subject: 'evt.run.r1',
      data: { stage: 'database', attempt: 1, deadline: later },
      cause: 'r1-database',
      correlation: 's1',
    });
    const hatchet = connectClient(engine, 8);
    const log = scene.bus.log.incarnation;
    await hatchet.runNoWait<EdgeTaskInput, Record<string, { outcome: string }>>(
      EDGE_SETUP,
      { log, suiteId: 's1', runId: 'r1', node: 'pg', attempt: 1 },
      { desiredWorkerLabels: requireLabels(edgeWorkerLabels(log, 'r1', 'pg')) },
    );
    const database = await scene.event('evt.edge.r1.pg', 'DatabaseReady', 'DatabaseFailed');
    expect(database).toMatchObject({ name: 'DatabaseReady' });
    const shm = JSON.parse(readFileSync(join(scene.localDir, 'r1', 'pg', 'shm.json'), 'utf8')) as string[];
    expect(nodeProcesses(scene.whose, 'r1', 'pg').filter(({ postgres }) => postgres).length).toBeGreaterThan(3);

    await scene.release('r1');
    const destroyed = await scene.event('evt.deployment.r1', 'DeploymentDestroyed');
    expect(destroyed.data.reason).toContain('release requested');
    expect(leftovers(scene, shm)).toEqual([]);
  });
});
