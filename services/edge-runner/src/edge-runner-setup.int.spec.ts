import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '@benchbus/suites';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD, scratchNode } from './testing/scratch.ts';
import { testPlan } from './testing/test-plan.ts';
import { ready, startWorld, type World } from './testing/world.ts';

const planWith = (settings: Readonly<Record<string, string>> = {}, version: '18' | 'installed' = 'installed'): Plan =>
  testPlan(settings, { postgres: { version } });

/** Pid of a server, from its own file. */
const serverIn = async (nodeDir: string): Promise<number> =>
  Number((await readFile(join(nodeDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

// Generous: a test starts several processes, and the machine may be shared.
describe('the runner of a database node', { timeout: 180_000 }, () => {
  let world: World;
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let run: string;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    node = await scratchNode();
    run = `r-${randomBytes(4).toString('hex')}`;
  });
  afterEach(async () => {
    await world.stopRunners();
    await node.dispose();
  });

  it('publishes what it and the server log, without the password; a second runner goes on where the first one ended', async () => {
    const lines = await world.watchLog(run);
    const text = (container: string) => lines[container]?.join('\n') ?? '';
    await world.plan(run, planWith({ log_statement: 'all' }));
    const first = world.launch(run, 'pg', node.dir);
    await ready(first);
    await world.stage(run, 'database');
    await world.trigger('database', run, 'pg');
    await world.event(run, 'pg', 'DatabaseReady');
    await expect.poll(() => text('postgres'), { timeout: 10_000 }).toMatch(/LOG: {2}statement: SELECT/);
    expect(text('postgres')).toContain('database system is ready to accept connections');
    expect(text('runner')).toMatch(/^INFO working kind=database attempt=1$/m);
    await first.stop('SIGKILL');
    const server = await serverIn(node.dir);
    const before = lines['postgres']?.length ?? 0;
    const second = world.launch(run, 'pg', node.dir);
    await ready(second);
    process.kill(server, 'SIGHUP');
    await expect.poll(() => lines['postgres']?.slice(before).join('\n'), { timeout: 10_000 }).toMatch(/SIGHUP/);
    expect(text('postgres').match(/ready to accept connections/g)).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  });

  it('is ready when its worker is registered; sets up once, and answers a second request from the log', async () => {
    const planned = await world.plan(run, planWith({ work_mem: '8MB' }));
    const runner = world.launch(run, 'pg', node.dir);
    await ready(runner);
    expect(await world.event(run, 'pg', 'EdgeRunnerReady')).toMatchObject({ cause: planned.id, data: { node: 'pg' } });
    expect(await world.bus.liveness.holder(`edge.${run}.pg`)).toBeDefined();
    const stage = await world.stage(run, 'database');

    const first = await world.trigger('database', run, 'pg');
    expect(await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed')).toMatchObject({
      name: 'DatabaseReady',
      data: { attempt: 1, proven: { answersQuery: true, 'setting.work_mem': '8MB' } },
    });
    expect(await world.event(run, 'pg', 'SetupStarted')).toMatchObject({
      cause: stage.id,
      data: { attempt: 1, fence: { incarnation: world.bus.log.incarnation, sequence: stage.sequence } },
    });
    await expect(first.output()).resolves.toMatchObject({ outcome: 'DatabaseReady' });

    const second = await world.trigger('database', run, 'pg');
    await expect(second.output()).resolves.toMatchObject({ outcome: 'DatabaseReady' });
    expect(await world.names(run, 'pg')).toEqual(['EdgeRunnerReady', 'SetupStarted', 'DatabaseReady']);
    expect(runner.lines.join('\n')).not.toContain(PASSWORD);
  });

  it('leaves the server running when it stops, and says that it stopped once the run is over', async () => {
    await world.plan(run, planWith());
    const first = world.launch(run, 'pg', node.dir);
    await ready(first);
    await world.stage(run, 'database');
    await world.trigger('database', run, 'pg');
    await world.event(run, 'pg', 'DatabaseReady');
    await first.stop('SIGTERM');
    expect(await world.names(run, 'pg')).not.toContain('EdgeRunnerStopped');
    expect(process.kill(await serverIn(node.dir), 0)).toBe(true);

    const second = world.launch(run, 'pg', node.dir);
    await ready(second);
    await world.cancel(run);
    expect(await second.stop('SIGTERM')).toMatchObject({ code: 0 });
    const names = await world.names(run, 'pg');
    expect(names.filter((name) => name === 'EdgeRunnerReady')).toHaveLength(2);
    expect(names.at(-1)).toBe('EdgeRunnerStopped');
  });

  it.each([
    { what: 'a bad setting', plan: () => planWith({ work_mem: 'plenty' }), code: 'DATABASE_START_FAILED' },
    { what: 'a missing version', plan: () => planWith({}, '18'), code: 'PROGRAM_MISSING' },
  ])('puts $what into the log as DatabaseFailed', async ({ plan, code }) => {
    await world.plan(run, plan());
    await ready(world.launch(run, 'pg', node.dir));
    await world.stage(run, 'database');
    const task = await world.trigger('database', run, 'pg');
    expect(await world.event(run, 'pg', 'DatabaseFailed', 'DatabaseReady')).toMatchObject({
      data: { attempt: 1, problem: { code } },
    });
    await expect(task.output()).resolves.toMatchObject({ outcome: 'DatabaseFailed', code });
  });

  it('refuses work that is fenced: another log, a run that is over, an older attempt, an attempt nobody started', async () => {
    await world.plan(run, planWith());
    const stranger = world.launch(run, 'pg', node.dir, { BENCHBUS_FENCE: '00000000-0000-4000-8000-000000000000:1' });
    await stranger.line((line) => (line.includes('FENCE_OTHER_LOG') ? true : undefined), 'refusal');
    await stranger.exited;
    const newer = world.launch(run, 'pg', node.dir, { BENCHBUS_EDGE_PROTOCOL: '99.0' });
    await newer.line((line) => (line.includes('EDGE_PROTOCOL_MISFIT') ? true : undefined), 'refusal');
    expect(await newer.exited).toMatchObject({ code: 2 });

    await ready(world.launch(run, 'pg', node.dir));
    const answer = async (attempt: number) => (await world.trigger('database', run, 'pg', attempt)).output();
    await expect(answer(1)).resolves.toMatchObject({ outcome: 'refused', code: 'STAGE_UNKNOWN' });
    await world.stage(run, 'database', 1);
    await world.stage(run, 'database', 2);
    await expect(answer(1)).resolves.toMatchObject({ outcome: 'refused', code: 'SUPERSEDED' });
    await world.cancel(run);
    await expect(answer(2)).resolves.toMatchObject({ outcome: 'refused', code: 'CANCELLED' });
    expect(await world.names(run, 'pg')).toEqual(['EdgeRunnerReady']);
  });

  it('that comes back to a cancelled run creates nothing, and says so', async () => {
    await world.plan(run, planWith());
    await world.stage(run, 'database');
    const first = world.launch(run, 'pg', node.dir, { BENCHBUS_CRASH_AT: 'before.prepare' });
    await ready(first);
    await world.trigger('database', run, 'pg');
    await first.exited;
    await world.cancel(run);
    await ready(world.launch(run, 'pg', node.dir));
    expect(await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed')).toMatchObject({
      name: 'DatabaseFailed',
      data: { attempt: 1, problem: { code: 'CANCELLED' } },
    });
    await expect(stat(join(node.dir, 'postgres/data'))).rejects.toThrow(/ENOENT/);
  });

  it.each([
    'after-append.SetupStarted',
    'before.prepare',
    'after.prepare',
    'before.process-start',
    'after.process-start',
    'before-append.DatabaseReady',
  ])('killed at %s and restarted, finishes by itself', async (point) => {
    await world.plan(run, planWith());
    await world.stage(run, 'database');
    const first = world.launch(run, 'pg', node.dir, { BENCHBUS_CRASH_AT: point });
    await ready(first);
    await world.trigger('database', run, 'pg');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    await ready(world.launch(run, 'pg', node.dir));
    await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed');
    const names = (await world.names(run, 'pg')).filter((name) => name !== 'EdgeRunnerReady');
    expect(names).toEqual(['SetupStarted', 'DatabaseReady']);
  });
});
