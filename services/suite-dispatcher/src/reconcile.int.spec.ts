import { subjects } from '@benchbus/events';
import { EDGE_SETUP, edgeMetadata, runMetadata } from '@benchbus/tasks';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keepBenchRunWorker, type BenchRunTask } from './adapters/bench-run-worker.ts';
import { DispatcherWorld, SHOWN_WITHIN } from './testing/dispatcher-world.ts';
import { suiteOf } from './testing/story.ts';

const SHARED = { sharing: 'allowed' } as const;

/** What becomes of a run whose task in the engine is not what the log says it should be. */
describe('a run whose task vanished', { timeout: 180_000 }, () => {
  let world: DispatcherWorld;
  beforeAll(async () => {
    world = await DispatcherWorld.start();
  });
  afterEach(() => world.clear());
  afterAll(() => world.stop());

  const workerFor = async (name: string, execute: (task: BenchRunTask) => Promise<void>) => {
    const { hatchet, owner } = world;
    const { signal: stopping } = new AbortController();
    const logger = pino({ level: 'silent' });
    const worker = keepBenchRunWorker({ hatchet, owner, name, slots: 1, retryMs: 1_000, logger, stopping, execute });
    await worker.ready;
    return worker;
  };

  /** A worker for bench-run that takes one and says nothing, like one whose reports the engine never got. */
  const deafWorker = async () => {
    const silence = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const worker = await workerFor('deaf', async () => {
      taken.resolve();
      await silence.promise;
    });
    const end = () => silence.resolve();
    return { taken: taken.promise, end, stop: () => (end(), worker.stop()) };
  };

  it('that waits, cancelled in the dashboard: it is cancelled, and the next run has its turn', async () => {
    await world.dispatcher({ BENCHBUS_DISPATCHER_SLOTS: '1' });
    const [busy, waiting] = [world.suiteId('busy'), world.suiteId('waiting')];
    await world.accept(busy, suiteOf(1, SHARED));
    await world.logged(subjects.run(`${busy}-1-1`), 'RunNetworkRequested');
    await world.accept(waiting, suiteOf(2, SHARED));
    const execution = await world.shown(`${waiting}-1-1`, 'QUEUED');
    await world.engine.cancel([execution]);
    await world.logged(subjects.run(`${waiting}-1-1`), 'RunReleased');
    expect(await world.names(subjects.run(`${waiting}-1-1`))).toEqual(['RunQueued', 'RunCancelled', 'RunReleased']);
    await world.shown(`${waiting}-2-1`, 'QUEUED');
    await world.rejectNetwork(busy, `${busy}-1-1`);
    await world.logged(subjects.run(`${waiting}-2-1`), 'RunNetworkRequested');
    await world.rejectNetwork(waiting, `${waiting}-2-1`);
    const end = await world.logged(subjects.suite(waiting), 'SuiteFailed');
    const outcomes = end.name === 'SuiteFailed' ? end.data.runs.map(({ outcome }) => outcome) : [];
    expect(outcomes).toEqual(['cancelled', 'failed']);
  });

  it('ended early, and a duplicate of it was cancelled by the engine: it is no cancel, the run is started again', async () => {
    const deaf = await deafWorker();
    const suiteId = world.suiteId('early');
    const runId = `${suiteId}-1-1`;
    await world.accept(suiteId, suiteOf(1));
    await world.engine.start(suiteId, runId, 'test 1');
    await deaf.taken;
    const first = await world.shown(runId, 'RUNNING');
    await world.engine.start(suiteId, runId, 'test 1');
    const since = new Date(Date.now() - 3_600_000);
    await expect
      .poll(
        async () => (await world.engine.cancelled(new Set([runId]), since)).map(({ cancelledBy }) => cancelledBy),
        SHOWN_WITHIN,
      )
      .toEqual(['engine']);
    await deaf.stop();
    await expect.poll(() => world.hatchet.runs.get_status(first), SHOWN_WITHIN).toBe('COMPLETED');

    await world.dispatcher();
    await world.carriedOut(await world.shown(runId, 'RUNNING', first));
    await world.rejectNetwork(suiteId, runId);
    await world.logged(subjects.run(runId), 'RunFailed');
    expect((await world.names(subjects.run(runId))).filter((name) => /Cancel|Lost/.test(name))).toEqual([]);
  });

  it('said to run, but nobody carries it out: one fact, one new execution, whoever finds it first', async () => {
    const deaf = await deafWorker();
    const suiteId = world.suiteId('orphan');
    const runId = `${suiteId}-1-1`;
    await world.accept(suiteId, suiteOf(1));
    await world.engine.start(suiteId, runId, 'test 1');
    await deaf.taken;
    const lost = await world.shown(runId, 'RUNNING');

    await Promise.all([world.dispatcher(), world.dispatcher()]);
    await world.logged(subjects.run(runId), 'RunNetworkRequested');
    await world.carriedOut(await world.shown(runId, 'RUNNING', lost));
    await deaf.stop();
    await world.rejectNetwork(suiteId, runId);
    await world.logged(subjects.suite(suiteId), 'SuiteFailed');
    expect(await world.names(subjects.run(runId))).toEqual([
      'RunQueued',
      'RunExecutionLost',
      'RunStageStarted',
      'RunNetworkRequested',
      'RunFailed',
      'RunReleaseRequested',
      'RunReleaseOverdue',
    ]);
  });

  it('of a dispatcher that was killed, and then of its successor: another goes on, the run ends once', async () => {
    const suiteId = world.suiteId('killed');
    const runId = `${suiteId}-1-1`;
    let dispatcher = await world.dispatcher();
    await world.accept(suiteId, suiteOf(1));
    await world.logged(subjects.run(runId), 'RunNetworkRequested');
    let execution = await world.shown(runId, 'RUNNING');
    for (let kills = 0; kills < 2; kills += 1) {
      const successor = await world.dispatcher();
      await dispatcher.stop('SIGKILL');
      dispatcher = successor;
      execution = await world.shown(runId, 'RUNNING', execution);
      await world.carriedOut(execution);
    }
    await world.rejectNetwork(suiteId, runId);
    await world.logged(subjects.suite(suiteId), 'SuiteFailed');
    const names = await world.names(subjects.run(runId));
    for (const name of ['RunStageStarted', 'RunNetworkRequested', 'RunFailed', 'RunReleaseRequested']) {
      expect(
        names.filter((one) => one === name),
        name,
      ).toHaveLength(1);
    }
    expect(names.filter((name) => /Cancel/.test(name))).toEqual([]);
  });

  it.runIf(process.env['BENCHBUS_TEST_ENGINE'] !== 'external')(
    "with the engine's database: it is started again, and goes on from where the log is",
    async () => {
      await world.dispatcher();
      const suiteId = world.suiteId('forgotten');
      const runIds = [1, 2, 3].map((test) => `${suiteId}-${test}-1`);
      await world.accept(suiteId, suiteOf(3, SHARED, 3));
      const before = await Promise.all(runIds.map((runId) => world.shown(runId, 'RUNNING')));
      await Promise.all(runIds.map((runId) => world.logged(subjects.run(runId), 'RunNetworkRequested')));
      await world.loseRuns();
      const after = await Promise.all(runIds.map((runId) => world.shown(runId, 'RUNNING')));
      expect(after.filter((id) => before.includes(id))).toEqual([]);
      await Promise.all(after.map((id) => world.carriedOut(id)));
      for (const runId of runIds) await world.rejectNetwork(suiteId, runId);
      await world.logged(subjects.suite(suiteId), 'SuiteFailed');
      for (const runId of runIds) {
        const names = await world.names(subjects.run(runId));
        expect(names.filter((name) => name === 'RunNetworkRequested' || name === 'RunFailed')).toHaveLength(2);
        expect(names.filter((name) => /Cancel|Lost/.test(name))).toEqual([]);
      }
    },
  );

  it('of a run that is over, or that the log does not know: cancelled in the engine, edge tasks too', async () => {
    const idle = world.hatchet.task({ name: EDGE_SETUP, scheduleTimeout: '24h', fn: () => ({}) });
    await world.hatchet.worker('idle', { workflows: [idle], handleKill: false }); // registers it; works on nothing
    await world.dispatcher();
    const suiteId = world.suiteId('over');
    const runId = `${suiteId}-1-1`;
    await world.accept(suiteId, suiteOf(1));
    await world.logged(subjects.run(runId), 'RunNetworkRequested');
    await world.rejectNetwork(suiteId, runId);
    await world.logged(subjects.run(runId), 'RunFailed');

    const tasks = [runId, `${world.suiteId('nobody')}-1-1`].map((one) => {
      const input = { log: world.owner.log, suiteId, runId: one, node: 'pg', attempt: 1 };
      const metadata = runMetadata(world.owner, suiteId, one);
      const additionalMetadata = edgeMetadata(metadata, input, 'database');
      return world.hatchet.admin.runWorkflow(EDGE_SETUP, input, { additionalMetadata });
    });
    const ids = await Promise.all((await Promise.all(tasks)).map((ref) => ref.getWorkflowRunId()));
    for (const id of ids) {
      await expect.poll(() => world.hatchet.runs.get_status(id), SHOWN_WITHIN).toBe('CANCELLED');
    }
  });

  it('is listed beside hundreds of others: page by page', async () => {
    const suiteId = world.suiteId('many');
    await world.accept(suiteId, suiteOf(1));
    // Registered by a worker that has stopped: all of them wait.
    await (await workerFor('gone', () => Promise.resolve())).stop();
    const runIds = Array.from({ length: 700 }, (_, at) => `${suiteId}-${at + 1}-1`);
    for (const runId of runIds) await world.engine.start(suiteId, runId, 'test 1');
    const listed = async () => (await world.engine.alive()).filter((row) => row.suiteId === suiteId);
    await expect.poll(async () => (await listed()).length, SHOWN_WITHIN).toBe(700);
    let requests = 0;
    world.hatchet.api.instance.interceptors.request.use((request) => ((requests += 1), request));
    expect((await listed()).length).toBe(700);
    expect(requests).toBe(2);
    await world.engine.cancel((await listed()).map(({ engineRunId }) => engineRunId));
    await expect.poll(async () => (await listed()).length, SHOWN_WITHIN).toBe(0);
  });
});
