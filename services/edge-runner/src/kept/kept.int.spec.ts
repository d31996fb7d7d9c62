import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeKeep } from '@benchbus/events';
import { keptOfSuite } from '@benchbus/service';
import type { Plan } from '@benchbus/suites';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBinaries, psql } from '../runtime/postgres/index.ts';
import { resolveLocalUser } from '../runtime/process/local-user.ts';
import { launchContext, PASSWORD, scratchRun } from '../testing/scratch.ts';
import { testPlan } from '../testing/test-plan.ts';
import { ready, startWorld, type World } from '../testing/world.ts';
import { setUpNode } from '../topology/set-up-node.ts';
import { keepData } from './keep-data.ts';
import { LocalCopies } from './local-copies.ts';
import { NodeCopy, keptOf } from './node-copy.ts';
import { isStoppedForCopy, noteStopped } from './stopped-note.ts';

const never = new AbortController().signal;

/** A plan whose test starts from a kept copy. */
function keptPlan(): Plan {
  const plan = testPlan();
  const kept = { node: 'pg', key: 'a'.repeat(64) };
  const nodes = plan.nodes.map((node) => ({
    ...node,
    processes: node.processes.map((process) => (process.kind === 'load' ? { ...process, kept } : process)),
  }));
  return { ...plan, nodes };
}

describe('a copy of loaded data, of a real PostgreSQL', { timeout: 120_000 }, () => {
  let world: World;
  let scratch: Awaited<ReturnType<typeof scratchRun>>;
  let bin: string;
  beforeAll(async () => {
    world = await startWorld();
    bin = await findBinaries({ version: 'installed', programs: ['postgres', 'psql'] });
  });
  afterAll(() => world.stop());
  beforeEach(async () => {
    // Folders of two runs, and of the copies beside them.
    scratch = await scratchRun(['one', 'one/pg', 'two', 'two/pg']);
  });
  afterEach(async () => {
    await world.stopRunners();
    await scratch.dispose();
  });

  const keptIn = () => readdir(keptOfSuite(scratch.dir, 'test', 'suite')).catch(() => []);

  async function nodeOf(run: 'one' | 'two', password: string, incarnation = 'log') {
    const plan = keptPlan();
    const [node] = plan.nodes;
    const wanted = keptOf(plan);
    if (node === undefined || wanted === undefined || 'url' in plan.connection) throw new Error('a plan of one server');
    const nodeDir = scratch.nodeDir(`${run}/pg`);
    const whose = { nodeDir, installation: 'test', suite: 'suite', run, incarnation };
    const copies = new LocalCopies({ ...whose, user: await resolveLocalUser(undefined) });
    const copy = new NodeCopy({
      ...{ plan, copies, key: wanted.kept.key, workload: wanted.workload },
      ...{ superuserPassword: password, timeoutMs: 60_000 },
    });
    const context = { ...(await launchContext({ plan, node, nodeDir, runId: run })), credential: () => password, copy };
    const planned = node.processes[0];
    if (planned === undefined) throw new Error('a node with a server');
    const { connection } = plan;
    const ask = (sql: string, as = password) => psql({ bin, connection, password: as }, sql, never);
    return { context, copy, planned, ask, hosted: await context.host.process(planned) };
  }

  it('is what the next run starts from, with its own password, as if it had been loaded', async () => {
    const one = await nodeOf('one', PASSWORD);
    expect((await setUpNode(one.context, never)).proven).toMatchObject({ 'data.from': 'made' });
    await one.ask('CREATE TABLE loaded AS SELECT generate_series(1, 1000) AS i');
    expect(await keepData(one.context, one, never)).toBe(true);
    const name = await one.copy.name(one.hosted);
    expect(await keptIn()).toEqual([name]);
    // The server goes on, and what it writes now is not in the copy.
    await one.ask('DELETE FROM loaded');
    expect(await keepData(one.context, one, never)).toBe(false);
    // As a runner leaves it that dies right after it started the server again.
    await noteStopped(one.hosted, true);
    expect(await keepData(one.context, one, never)).toBe(false);
    expect(await isStoppedForCopy(one.hosted)).toBe(false);

    const two = await nodeOf('two', 'another-1');
    expect((await setUpNode(two.context, never)).proven).toMatchObject({
      'data.from': 'kept copy',
      'data.copy': name,
      answersQuery: true,
    });
    expect(await two.ask('SELECT count(*) FROM loaded')).toBe('1000');
    await expect(two.ask('SELECT 1', PASSWORD)).rejects.toThrow(/password authentication failed/);

    // Another log's runs have no right to it.
    expect(await (await nodeOf('two', PASSWORD, 'another log')).copy.isKept(two.hosted)).toBe(false);
  });

  it('that was not finished is none, and leaves nothing', async () => {
    const one = await nodeOf('one', PASSWORD);
    await setUpNode(one.context, never);
    await expect(keepData(one.context, one, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    const broken = { name: () => Promise.resolve('x'), isKept: () => Promise.resolve(false) };
    const full = { ...broken, keep: () => Promise.reject(new Error('no room')) } as unknown as NodeCopy;
    await expect(keepData(one.context, { ...one, copy: full }, never)).rejects.toThrow('no room');
    // It runs again all the same: the run fails with what it was told, and not by a server that is away.
    expect(await one.ask('SELECT 1')).toBe('1');
    expect(await one.copy.isKept(one.hosted)).toBe(false);
    expect(await keptIn()).toEqual([]);
  });

  it('is whole or none wherever the runner dies, and the server runs again', { timeout: 300_000 }, async () => {
    const run = `r-${randomBytes(4).toString('hex')}`;
    const dir = scratch.nodeDir('one/pg');
    await world.plan(run, keptPlan());
    await world.stage(run, 'database');
    const ask = () => world.bus.questions.ask(nodeKeep(run, 'pg'), { attempt: 1 }, { timeoutMs: 60_000 });
    for (const point of ['before.data-keep', 'before.data-copy', 'after.data-copy', 'after.data-keep']) {
      const runner = world.launch(run, 'pg', dir, { BENCHBUS_CRASH_AT: point });
      await ready(runner);
      if (point === 'before.data-keep') {
        await world.trigger('database', run, 'pg');
        expect((await world.event(run, 'pg', 'DatabaseReady', 'DatabaseFailed')).name).toBe('DatabaseReady');
        await world.stage(run, 'workload');
      }
      ask().catch(() => undefined);
      expect([point, await runner.exited]).toMatchObject([point, { signal: 'SIGKILL' }]);
      const whole = (await keptIn()).filter((name) => !name.startsWith('.'));
      expect([point, whole.length]).toEqual([point, point === 'after.data-keep' ? 1 : 0]);
    }

    await ready(world.launch(run, 'pg', dir));
    const { name } = await ask();
    expect(await keptIn()).toEqual([name]);
    const history = await world.bus.log.read(`evt.edge.${run}.pg`);
    expect(history.map((event) => event.name)).not.toContain('ProcessDied');
    const server = await readdir(join(dir, 'postgres/data'));
    expect(server).toContain('postmaster.pid');
  });
});
