import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects, type Progress } from '@benchbus/events';
import { groupMembers, signalGroup } from '@benchbus/processes';
import type { PgbenchWorkload, Plan } from '@benchbus/suites';
import { exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from './runtime/postgres/index.ts';
import { toolIn, toolRuns } from './testing/load-tool.ts';
import { scratchNode, scratchServer, type ScratchServer } from './testing/scratch.ts';
import { startStore } from './testing/store-twin.ts';
import { testPlan } from './testing/test-plan.ts';
import { ready, startWorld, type World } from './testing/world.ts';

const WORKLOAD = exampleWorkload({ script: 'select-only', clients: 2 });
const LONG = { ...WORKLOAD, durationMs: 120_000 };

// Generous: a test starts several processes, and the machine may be shared.
describe('the runner of a load node', { timeout: 180_000 }, () => {
  let world: World;
  let database: Awaited<ReturnType<typeof scratchNode>>;
  let server: ScratchServer;
  let deployed: Plan;
  let store: Awaited<ReturnType<typeof startStore>>;
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let run: string;
  const groups: number[] = [];

  beforeAll(async () => {
    world = await startWorld();
    store = await startStore(world.bus);
    database = await scratchNode();
    deployed = testPlan();
    server = await scratchServer(database.dir, deployed);
  });
  afterAll(async () => {
    await store.stop();
    await world.stop();
    await database.dispose();
  });
  beforeEach(async () => {
    node = await scratchNode();
    run = `r-${randomBytes(4).toString('hex')}`;
  });
  afterEach(async () => {
    await world.stopRunners();
    for (const group of groups.splice(0)) signalGroup(group, 'SIGKILL');
    await node.dispose();
    store.state.refuse = 0;
  });

  const planOf = (workload: PgbenchWorkload): Plan => ({
    nodes: [
      // Without a database of its own the plan would be of an external one.
      ...deployed.nodes.filter(({ purpose }) => purpose === 'database'),
      {
        name: 'load',
        purpose: 'load',
        address: '127.200.0.9',
        hardware: workload.hardware,
        processes: [{ kind: 'load', workload }],
      },
    ],
    connection: server.connection,
  });
  const launch = (env: Readonly<Record<string, string>> = {}) => world.launch(run, 'load', node.dir, env);
  const begin = async (workload: PgbenchWorkload, env: Readonly<Record<string, string>> = {}, withinMs = 120_000) => {
    await world.plan(run, planOf(workload));
    await world.stage(run, 'workload', 1, withinMs);
    const runner = launch(env);
    await ready(runner);
    return runner;
  };
  const outcome = () => world.event(run, 'load', 'WorkloadFinished', 'WorkloadFailed');
  const works = async () => (await world.names(run, 'load')).filter((name) => name.startsWith('Workload'));
  /** Triggers, and waits until the tool reports its first second of measuring; returns its process group. */
  const measuring = async () => {
    const seen = Promise.withResolvers<Progress>();
    const watching = await world.bus.telemetry.watchProgress(run, (progress) => {
      if (progress.activity === 'measuring' && progress.tps !== undefined) seen.resolve(progress);
    });
    await world.trigger('workload', run, 'load');
    await seen.promise;
    await watching.stop();
    const group = Number(await readFile(join(node.dir, 'workload-1/measure/started'), 'utf8'));
    groups.push(group);
    return group;
  };
  const allStored = async () => {
    const event = await outcome();
    const artifacts = 'artifacts' in event.data ? event.data.artifacts : [];
    await world.bus.log.waitFor(
      artifacts.map(({ artifactId }) => subjects.artifact(artifactId)),
      () => Promise.resolve(artifacts.every(({ artifactId }) => store.stored.has(artifactId)) || undefined),
      { what: 'all artifacts', timeoutMs: 45_000 },
    );
    return artifacts;
  };

  it('measures through the log, and uploads what it listed', async () => {
    const lines = await world.watchLog(run);
    await begin(WORKLOAD);
    store.state.refuse = 2;
    const task = await world.trigger('workload', run, 'load');
    const finished = await outcome();
    expect(finished).toMatchObject({
      name: 'WorkloadFinished',
      data: { attempt: 1, summary: { tool: 'pgbench', percentileSource: 'every transaction' } },
    });
    await expect(task.output()).resolves.toMatchObject({ outcome: 'WorkloadFinished' });
    const artifacts = await allStored();
    expect(artifacts.map(({ name }) => name)).toContain('result.json');
    expect(await works()).toEqual(['WorkloadStarted', 'WorkloadFinished']);
    // What the tool printed reached whoever watches: its progress, and the report at its end.
    const said = () => lines['pgbench']?.join('\n');
    await expect.poll(said, { timeout: 10_000 }).toMatch(/^tps = [\d.]+ \(without initial connection time\)$/m);
    expect(said()).toMatch(/^progress: [\d.]+ s, /m);
  });

  it('killed while the tool runs and restarted, attaches to it', async () => {
    const first = await begin({ ...WORKLOAD, durationMs: 6000 });
    const group = await measuring();
    await first.stop('SIGKILL');
    expect(toolRuns(group)).toBe(true);
    await ready(launch());
    expect(await outcome()).toMatchObject({ name: 'WorkloadFinished', data: { summary: { durationSeconds: 6 } } });
    expect(await works()).toEqual(['WorkloadStarted', 'WorkloadFinished']);
  });

  it('stopped while the tool runs, leaves it to the next runner', async () => {
    const first = await begin({ ...WORKLOAD, durationMs: 8000 });
    const group = await measuring();
    expect(await first.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(toolRuns(group)).toBe(true);
    expect(await works()).toEqual(['WorkloadStarted']);
    await ready(launch());
    expect(await outcome()).toMatchObject({ name: 'WorkloadFinished' });
  });

  it('whose tool is killed reports an interruption', async () => {
    await begin(LONG);
    process.kill(toolIn(await measuring()), 'SIGKILL');
    expect(await outcome()).toMatchObject({
      name: 'WorkloadFailed',
      data: { attempt: 1, problem: { code: 'INTERRUPTED' } },
    });
    expect((await allStored()).map(({ name }) => name)).toContain('transactions.log.gz');
  });

  it('whose tool died with it reports an interruption, once it is back', async () => {
    const first = await begin(LONG);
    const group = await measuring();
    await first.stop('SIGKILL');
    process.kill(-group, 'SIGKILL');
    await ready(launch());
    expect(await outcome()).toMatchObject({ name: 'WorkloadFailed', data: { problem: { code: 'INTERRUPTED' } } });
  });

  it('kills the tool when the run is cancelled', async () => {
    await begin(LONG);
    const group = await measuring();
    await world.cancel(run);
    expect(await outcome()).toMatchObject({ name: 'WorkloadFailed', data: { problem: { code: 'CANCELLED' } } });
    expect(groupMembers(group)).toEqual([]);
  });

  it('that comes back to a cancelled run kills the tool it left', async () => {
    const first = await begin(LONG);
    const group = await measuring();
    await first.stop('SIGKILL');
    await world.cancel(run);
    await ready(launch());
    expect(await outcome()).toMatchObject({ name: 'WorkloadFailed', data: { problem: { code: 'CANCELLED' } } });
    expect(groupMembers(group)).toEqual([]);
  });

  it('kills the tool at the deadline', async () => {
    await begin(LONG, {}, 30_000);
    const group = await measuring();
    expect(await outcome()).toMatchObject({ name: 'WorkloadFailed', data: { problem: { code: 'WORKLOAD_TIMEOUT' } } });
    expect(groupMembers(group)).toEqual([]);
  });

  it('gives a new attempt its own files, after the old one is gone', async () => {
    await begin({ ...WORKLOAD, durationMs: 120_000 });
    const group = await measuring();
    await world.stage(run, 'workload', 2, 8_000);
    await world.trigger('workload', run, 'load', 2);
    const subject = subjects.edge(run, 'load');
    const ends = await world.bus.log.waitFor(
      [subject],
      async () => {
        const all = (await world.bus.log.read(subject)).filter(({ name }) => name === 'WorkloadFailed');
        return all.length === 2 ? all : undefined;
      },
      { what: 'two outcomes', timeoutMs: 45_000 },
    );
    expect(ends.map(({ data }) => data)).toMatchObject([
      { attempt: 1, problem: { code: 'SUPERSEDED' } },
      { attempt: 2, problem: { code: 'WORKLOAD_TIMEOUT' } },
    ]);
    expect(groupMembers(group)).toEqual([]);
  });

  it.each([
    'after-append.WorkloadStarted',
    'before.tool-spawn',
    'after.tool-spawn',
    'after.tool-exit',
    'before-append.WorkloadFinished',
    'after-append.WorkloadFinished',
    'before.upload',
    'after.upload',
  ])('killed at %s and restarted, measures once and uploads everything', async (point) => {
    const workload = { ...WORKLOAD, script: 'simple-update' as const };
    const first = await begin(workload, { BENCHBUS_CRASH_AT: point });
    await world.trigger('workload', run, 'load');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL' });
    await ready(launch());
    expect(await outcome()).toMatchObject({ name: 'WorkloadFinished' });
    expect((await allStored()).length).toBeGreaterThan(5);
    expect(await works()).toEqual(['WorkloadStarted', 'WorkloadFinished']);
    // Every transaction leaves one row: what the server counted is what one measurement reports.
    const rows = Number(await psql(server, 'SELECT count(*) FROM pgbench_history'));
    expect(await outcome()).toMatchObject({ data: { summary: { transactions: rows } } });
  });
});
