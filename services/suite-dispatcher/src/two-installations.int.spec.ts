import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, subjects, type EventBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { connectClient, type Client } from '@benchbus/hatchet-embedded/testing';
import { spawnService, type SpawnedService } from '@benchbus/service/testing';
import { toNative } from '@benchbus/suites';
import { BENCH_RUN, EDGE_SETUP, runMetadata, type Owner } from '@benchbus/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hatchetEngine } from './adapters/hatchet-engine.ts';
import { suiteOf } from './testing/story.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const NAMESPACE = 'Team';

/** A log of its own and the dispatcher that works on it. */
interface Side {
  readonly nats: TestNatsServer;
  readonly bus: EventBus;
  readonly dispatcher: SpawnedService;
  readonly owner: Owner;
  readonly hatchet: Client;
}

/** Installations that know nothing of each other, with the same ids, on one tenant of one engine. */
describe('several installations on one tenant', () => {
  let folder: string;
  let engine: RunningEngine;
  let sides: Side[];
  const side = (index: number): Side => sides[index] ?? expect.fail('no such side');

  async function start(namespace = ''): Promise<Side> {
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
    const dispatcher = await spawnService({
      main: MAIN,
      env: {
        ...engine.env,
        NATS_URL: nats.url,
        BENCHBUS_RECONCILE_EVERY_MS: '1000',
        ...(namespace === '' ? {} : { HATCHET_CLIENT_NAMESPACE: namespace }),
      },
    });
    const owner = { log: bus.log.incarnation, installation: 'default' };
    return { nats, bus, dispatcher, owner, hatchet: connectClient(engine, 8, namespace) };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-dispatchers-'));
    engine = await startEngine({ stateDir: folder });
    sides = [await start(), await start(), await start(NAMESPACE)];
  }, 120_000);
  afterAll(async () => {
    await Promise.all(sides.map(({ dispatcher }) => dispatcher.stop()));
    await Promise.all(sides.map(({ bus }) => bus.close()));
    await engine.stop();
    await Promise.all(sides.map(({ nats }) => nats.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const logged = ({ bus }: Side, name: string, runId = 'same-1-1') => {
    const subject = subjects.run(runId);
    const find = async () => (await bus.log.read(subject)).find((event) => event.name === name);
    return bus.log.waitFor([subject], find, { what: name, timeoutMs: 30_000 });
  };
  /** Its executions of that run that are alive; a trigger that was one too many is cancelled by the engine. */
  const running = async ({ hatchet, owner }: Side) => {
    const alive = await hatchetEngine(hatchet, owner).alive();
    return alive.filter((row) => row.runId === 'same-1-1' && row.node === undefined).map((row) => row.engineRunId);
  };

  /** Until the side's reconciler has looked at what the engine holds: it stops what its log does not know. */
  async function reconciled({ hatchet, owner }: Side): Promise<void> {
    const task = hatchet.task({ name: EDGE_SETUP, scheduleTimeout: '24h', fn: () => ({}) });
    await hatchet.worker('idle', { workflows: [task], handleKill: false });
    const additionalMetadata = { ...runMetadata(owner, 'nobody', 'nobody-1-1') };
    const ref = await hatchet.admin.runWorkflow(EDGE_SETUP, {}, { additionalMetadata });
    await ref.result();
  }

  it('each executes its own run, and neither a reconciler nor a cancel touches the others', async () => {
    for (const { bus } of sides) await bus.request('SuiteRequested', 'same', { suite: toNative(suiteOf(1)) });
    for (const one of sides) await logged(one, 'RunNetworkRequested');
    // Twice: what the first look finds may have been asked for before the others' runs began.
    for (const one of [...sides, ...sides]) await reconciled(one);
    const executions = await Promise.all(sides.map(running));
    expect(executions.map((ids) => ids.length)).toEqual([1, 1, 1]);
    expect(new Set(executions.flat()).size).toBe(3);

    await side(0).bus.request('SuiteCancelRequested', 'same', { reason: 'by a test' });
    await logged(side(0), 'RunCancelled');
    for (const one of sides) await reconciled(one);
    expect(await Promise.all(sides.map(running))).toEqual([[], ...executions.slice(1)]);
    for (const one of sides.slice(1)) {
      const history = await one.bus.log.read(subjects.run('same-1-1'));
      expect(history.map(({ name }) => name)).toEqual(['RunQueued', 'RunStageStarted', 'RunNetworkRequested']);
    }
  });

  it('what was begun under a namespace that was changed since is no execution, and its cancel no wish', async () => {
    const { owner, hatchet, bus } = side(2);
    const runId = 'renamed-1-1';
    await bus.request('SuiteRequested', 'renamed', { suite: toNative(suiteOf(1)) });
    await logged(side(2), 'RunNetworkRequested', runId);
    const execution = (await hatchetEngine(hatchet, owner).alive()).find((row) => row.runId === runId);
    const { engineRunId } = execution ?? expect.fail('it is not alive');
    const renamed = hatchetEngine(connectClient(engine, 8), owner);
    expect(await renamed.alive()).toEqual([]);
    await renamed.stop(runId);
    const since = new Date(Date.now() - 3_600_000);
    const cancelled = async (hatchet: Client) => {
      const rows = await hatchetEngine(hatchet, owner).cancelled(new Set([runId]), since);
      return rows.map((row) => row.engineRunId);
    };
    await expect.poll(() => cancelled(hatchet), { timeout: 30_000 }).toContain(engineRunId);
    expect(await cancelled(connectClient(engine, 8))).toEqual([]);
  });

  it('a run that was sent to the wrong one is refused there, and not tried again', async () => {
    const { hatchet, owner } = side(0);
    const log = crypto.randomUUID();
    const input = { log, suiteId: 'same', runId: 'same-1-1' };
    const additionalMetadata = { ...runMetadata(owner, 'stray', 'stray-1-1') };
    const ref = await hatchet.admin.runWorkflow(BENCH_RUN, input, { additionalMetadata });
    await expect(ref.result()).rejects.toEqual([expect.stringMatching(`TASK_OF_OTHER_LOG.*${log}`)]);
    const { tasks } = await hatchet.runs.get(await ref.getWorkflowRunId());
    expect(tasks.map(({ retryCount }) => retryCount)).toEqual([0]);
  });
});
