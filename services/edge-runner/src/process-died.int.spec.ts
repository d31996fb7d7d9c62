import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFault, subjects } from '@benchbus/events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchRun } from './testing/scratch.ts';
import { testPlan } from './testing/test-plan.ts';
import { ready, startWorld, type World } from './testing/world.ts';

describe('a process of a ready node that ends', { timeout: 120_000 }, () => {
  let world: World;
  let scratch: Awaited<ReturnType<typeof scratchRun>>;
  let run: string;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    scratch = await scratchRun(['pg']);
    run = `r-${randomBytes(4).toString('hex')}`;
    await world.plan(run, testPlan());
    await world.stage(run, 'database');
  });
  afterEach(async () => {
    await world.stopRunners();
    await scratch.dispose();
  });

  const launch = async () => {
    const runner = world.launch(run, 'pg', scratch.nodeDir('pg'));
    await ready(runner);
    return runner;
  };
  const serverPid = async (): Promise<number> => {
    const file = join(scratch.nodeDir('pg'), 'postgres/data/postmaster.pid');
    return Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  };
  const kill = async () => process.kill(await serverPid(), 'SIGKILL');
  const set = async () => {
    const runner = await launch();
    await world.trigger('database', run, 'pg');
    expect((await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed')).name).toBe('DatabaseReady');
    return runner;
  };
  const deaths = async () =>
    (await world.bus.log.read(subjects.edge(run, 'pg'))).filter(({ name }) => name === 'ProcessDied');
  const died = { attempt: 1, process: 'postgres', problem: { code: 'PROCESS_DIED' } };

  it('unasked is told of once, with its node', async () => {
    await set();
    await kill();
    expect((await world.event(run, 'pg', 'ProcessDied')).data).toMatchObject(died);
    expect(JSON.stringify(await deaths())).toContain('node pg (');
    expect(await deaths()).toHaveLength(1);
  });

  it('while its runner is away is told of by the next one', async () => {
    const runner = await set();
    await runner.stop('SIGKILL');
    await kill();
    await launch();
    expect((await world.event(run, 'pg', 'ProcessDied')).data).toMatchObject(died);
  });

  it('by a fault of the suite is not, until it is started again', async () => {
    await set();
    await world.stage(run, 'workload');
    const pid = await serverPid();
    const asked = { attempt: 1, index: 0, process: 'database', restartAfterMs: 500 } as const;
    await world.bus.questions.ask(nodeFault(run, 'pg'), asked, { timeoutMs: 20_000 });
    await expect.poll(serverPid, { timeout: 30_000, interval: 50 }).not.toBe(pid);
    expect(await deaths()).toEqual([]);
    await expect
      .poll(async () => readFile(join(scratch.nodeDir('pg'), 'postgres/data/postmaster.pid'), 'utf8').catch(() => ''), {
        timeout: 30_000,
        interval: 50,
      })
      .toMatch(/ready\s*$/);
    await kill();
    expect((await world.event(run, 'pg', 'ProcessDied')).data).toMatchObject(died);
  });

  it('of a run that is over is nobody’s matter', async () => {
    await set();
    await world.cancel(run);
    await world.event(run, 'pg', 'DatabaseReady');
    await kill();
    const runner = await launch();
    expect(await deaths()).toEqual([]);
    await runner.stop();
    expect(await deaths()).toEqual([]);
  });
});
