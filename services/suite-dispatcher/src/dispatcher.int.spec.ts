import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, inspectServer, REACTOR, subjects, type AnyRecorded, type EventBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { connectClient, type Client } from '@benchbus/hatchet-embedded/testing';
import { namesIn, rowTests, spawnService, type SpawnedService } from '@benchbus/service/testing';
import { toNative } from '@benchbus/suites';
import { EDGE_SETUP, runMetadata } from '@benchbus/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hatchetEngine } from './adapters/hatchet-engine.ts';
import { suiteOf } from './testing/story.ts';

/** A dispatcher as a process, with a real log and engine; nobody else answers. */
describe('suite-dispatcher beside its engine', () => {
  const cancel = fileURLToPath(new URL('../../../docs/reference/cancel.md', import.meta.url));
  const { row, everyRow } = rowTests(cancel, import.meta.filename);
  let nats: TestNatsServer;
  let engine: RunningEngine;
  let folder: string;
  let bus: EventBus;
  let dispatcher: SpawnedService;
  let hatchet: Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-dispatcher-'));
    nats = await startNatsServer();
    engine = await startEngine({ stateDir: folder });
    bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
    hatchet = connectClient(engine, 8);
    const env = { ...engine.env, NATS_URL: nats.url, BENCHBUS_RECONCILE_EVERY_MS: '1000' };
    dispatcher = await spawnService({ main: fileURLToPath(new URL('main.ts', import.meta.url)), env });
  });

  afterAll(async () => {
    await dispatcher.stop();
    await bus.close();
    await engine.stop();
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const owner = () => ({ log: bus.log.incarnation, installation: 'default' });
  const logged = (subject: string, name: AnyRecorded['name']) =>
    bus.log.waitFor([subject], async () => (await bus.log.read(subject)).find((event) => event.name === name), {
      what: `${name} on ${subject}`,
      timeoutMs: 30_000,
    });

  row('in-the-engine', async (cells) => {
    await bus.request('SuiteRequested', 'behind', { suite: toNative(suiteOf(2, { sharing: 'allowed' }, 2)) });
    for (const runId of ['behind-1-1', 'behind-2-1']) await logged(subjects.run(runId), 'RunNetworkRequested');
    const before = (await bus.log.read(subjects.run('behind-1-1'))).length;
    const execution = (await hatchetEngine(hatchet, owner()).alive()).find(({ runId }) => runId === 'behind-1-1');
    await hatchet.runs.cancel({ ids: [execution?.engineRunId ?? ''] });
    // Nobody is here to release it.
    await logged(subjects.run('behind-1-1'), 'RunReleaseRequested');
    const after = (await bus.log.read(subjects.run('behind-1-1'))).slice(before);
    expect(after.map(({ name }) => name)).toEqual(namesIn(cells['events']));
    expect(after[0]?.name === 'RunCancelling' && after[0].data.reason).toMatch(/engine/);
    const others = [
      ...(await bus.log.read(subjects.run('behind-2-1'))),
      ...(await bus.log.read(subjects.suite('behind'))),
    ];
    expect(others.map(({ name }) => name).filter((name) => /Cancel/.test(name))).toEqual([]);
    // The release, which waits for somebody for two minutes, is no work of the reactor's meanwhile.
    const reactor = async () =>
      (await inspectServer({ servers: nats.url, name: 'test', connectTimeoutMs: 5_000 })).consumers.find(
        (one) => one.name === REACTOR.name,
      );
    await expect.poll(reactor, { timeout: 30_000 }).toMatchObject({ pending: 0, ackPending: 0 });
  });
  everyRow();

  it('stops what the engine holds without the log knowing of it', async () => {
    // Registered, but nobody works on it: it would wait for a day.
    const task = hatchet.task({ name: EDGE_SETUP, scheduleTimeout: '24h', fn: () => ({}) });
    await hatchet.worker('idle', { workflows: [task], handleKill: false });
    const additionalMetadata = { ...runMetadata(owner(), 'nobody', 'nobody-1-1') };
    const ref = await hatchet.admin.runWorkflow(EDGE_SETUP, {}, { additionalMetadata });
    await ref.result();
    const { rows } = await hatchet.runs.list({ onlyTasks: false, additionalMetadata: { run: 'nobody-1-1' } });
    expect(rows.map(({ status }) => String(status))).toEqual(['CANCELLED']);
  });

  it('refuses an invalid suite with every problem, and a second suite of the same id', async () => {
    await bus.request('SuiteRequested', 'broken', {
      suite: { apiVersion: 'benchbus.io/v1', kind: 'Suite', colour: 1 },
    });
    const rejected = await logged(subjects.suite('broken'), 'SuiteRejected');
    const where = rejected.name === 'SuiteRejected' ? rejected.data.problems.map((problem) => problem.where) : [];
    expect(where).toEqual(expect.arrayContaining(['colour', 'name', 'tests']));

    await bus.request('SuiteRequested', 'deep', { suite: '['.repeat(100_000) });
    const deep = await logged(subjects.suite('deep'), 'SuiteRejected');
    expect(deep.data).toMatchObject({ problems: [{ code: 'SUITE_TOO_DEEP' }] });

    await bus.request('SuiteRequested', 'broken', { suite: toNative(suiteOf(1)) });
    await bus.request('SuiteRequested', 'after', { suite: toNative(suiteOf(1, { target: 'docker' })) });
    await logged(subjects.suite('after'), 'SuiteFailed');
    expect((await bus.log.read(subjects.suite('broken'))).map((event) => event.name)).toEqual(['SuiteRejected']);
  });
});
