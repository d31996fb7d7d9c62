import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFault, subjects } from '@benchbus/events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchRun } from '../testing/scratch.ts';
import { testPlan } from '../testing/test-plan.ts';
import { ready, startWorld, type World } from '../testing/world.ts';

const ASKED = { attempt: 1, index: 0, process: 'database', restartAfterMs: 3_000 } as const;

describe('a node that is asked to break, with a real PostgreSQL', { timeout: 120_000 }, () => {
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
  });
  afterEach(async () => {
    await world.stopRunners();
    await scratch.dispose();
  });

  const launch = async (env: Readonly<Record<string, string>> = {}) => {
    const runner = world.launch(run, 'pg', scratch.nodeDir('pg'), env);
    await ready(runner);
    return runner;
  };
  const ask = () => world.bus.questions.ask(nodeFault(run, 'pg'), ASKED, { timeoutMs: 20_000 });
  const serverPid = async (): Promise<number> => {
    const file = join(scratch.nodeDir('pg'), 'postgres/data/postmaster.pid');
    return Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** A ready server, and a workload that has begun. */
  async function measured(env: Readonly<Record<string, string>> = {}) {
    await world.plan(run, testPlan());
    await world.stage(run, 'database');
    const runner = await launch(env);
    await world.trigger('database', run, 'pg');
    expect((await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed')).name).toBe('DatabaseReady');
    await world.stage(run, 'workload');
    const pid = await serverPid();
    expect(isAlive(pid)).toBe(true);
    return { runner, pid };
  }
  const facts = async () =>
    (await world.bus.log.read(subjects.edge(run, 'pg'))).filter(({ name }) => name === 'FaultInjected');

  it('kills its server once, however often it is asked, and starts it again at its time', async () => {
    const { pid } = await measured();
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(first.killed).toEqual(['postgres']);
    expect(second).toEqual(first);
    expect(isAlive(pid)).toBe(false);
    expect(await ask()).toEqual(first);
    expect(await facts()).toHaveLength(1);
    await expect.poll(async () => isAlive(await serverPid()), { timeout: 30_000, interval: 50 }).toBe(true);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(first.at) + ASKED.restartAfterMs);
    expect(await serverPid()).not.toBe(pid);
  });

  it.each(['after.fault-kill', 'after-append.FaultInjected'])(
    'whose runner is killed at %s: the next one answers, and starts the server again',
    async (point) => {
      const { runner, pid } = await measured({ BENCHBUS_CRASH_AT: point });
      const lost = ask();
      lost.catch(() => undefined);
      expect(await runner.exited).toMatchObject({ signal: 'SIGKILL' });
      await launch();
      const answer = await ask();
      expect(answer.killed).toEqual(['postgres']);
      expect(await facts()).toHaveLength(1);
      await expect.poll(async () => isAlive(await serverPid()), { timeout: 30_000, interval: 50 }).toBe(true);
      expect(await serverPid()).not.toBe(pid);
    },
  );

  it('refuses what is over, what never began, and starts nothing of a run that has ended', async () => {
    const { pid } = await measured();
    const later = { ...ASKED, attempt: 2 };
    await expect(world.bus.questions.ask(nodeFault(run, 'pg'), later)).rejects.toMatchObject({ code: 'STAGE_UNKNOWN' });
    await world.cancel(run);
    await expect(ask()).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(isAlive(pid)).toBe(true);
    expect(await facts()).toEqual([]);
  });
});
