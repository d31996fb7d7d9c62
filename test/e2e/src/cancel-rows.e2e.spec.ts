import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRecorded } from '@benchbus/events';
import { identify, waitForDeath } from '@benchbus/processes';
import { rowTests } from '@benchbus/service/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancelCase } from './testing/cancel-case.ts';
import { historyOf, suiteEnd } from './testing/history.ts';
import { hold } from './testing/hold.ts';
import { Installation, REPO } from './testing/installation.ts';
import { labelled, runnerOf } from './testing/processes.ts';
import { expectNoOrphansBut, orphanedSharedMemory } from './testing/shared-memory.ts';
import { tinySuite } from './testing/suites.ts';
import { NEEDS_OUR_ENGINE, onExternalEngine } from './testing/test-engine.ts';

const named =
  (name: AnyRecorded['name']) =>
  (event: AnyRecorded): boolean =>
    event.name === name;

describe('cancel in every state, on a real stack', () => {
  const { row, everyRow } = rowTests(join(REPO, 'docs/reference/cancel.md'), import.meta.filename);
  const before = orphanedSharedMemory();
  let installation: Installation;
  let nats: NatsConnection;
  beforeAll(async () => {
    installation = await Installation.start({ BENCHBUS_CANCEL_WAITS_MS: '3000' });
    nats = await connect({ servers: installation.natsUrl });
  });
  afterAll(async () => {
    await nats.close();
    expect(await installation.stop()).toEqual([]);
    await expectNoOrphansBut(before);
  });

  const caseOf = (name: string, extra: Parameters<typeof tinySuite>[1] = {}) =>
    new CancelCase(installation, name, tinySuite(name, extra));

  /** Every request was handled: for those that change nothing, which no event tells. Only asking tells, so this polls. */
  const allHandled = () =>
    expect
      .poll(
        async () => {
          const answer = await nats.request('$JS.API.CONSUMER.INFO.REQUESTS.suite-dispatcher-requests');
          const { num_pending, num_ack_pending } = answer.json<{ num_pending: number; num_ack_pending: number }>();
          return num_pending + num_ack_pending;
        },
        { timeout: 30_000 },
      )
      .toBe(0);

  const loadTool = (runId: string) =>
    labelled({ BENCHBUS_RUN: runId })
      .filter(({ command }) => /(^|\/)pgbench /.test(command))
      .flatMap(({ pid }) => identify(pid) ?? []);

  row('before-acceptance', async (cells) => {
    const it = caseOf('before-acceptance');
    using dispatcher = hold(installation.pid('suite-dispatcher'));
    await it.request();
    await it.cancel('changed my mind');
    dispatcher.release();
    const end = await it.end();
    const problem = end.name === 'SuiteRejected' ? end.data.problems[0] : undefined;
    expect(problem?.code).toBe('SUITE_CANCELLED_BEFORE_ACCEPTANCE');
    expect(problem?.message).toContain('changed my mind');
    await it.expectRow(cells);
    await allHandled();
  });

  it('before-acceptance, by Ctrl-C on `run`: it ends with 130 at once, and the suite never runs', async () => {
    const file = join(installation.stateDir, 'interrupted.yaml');
    writeFileSync(file, JSON.stringify(tinySuite('interrupted', { durationSeconds: 600 })));
    const requested = Promise.withResolvers<string>();
    const watching = nats.subscribe('request.suite.*', {
      callback: (_error, { subject }) => requested.resolve(subject.split('.')[2] ?? ''),
    });
    await nats.flush();
    using dispatcher = hold(installation.pid('suite-dispatcher'));
    const run = installation.cli('run', file);
    const suiteId = await requested.promise;
    watching.unsubscribe();
    run.child.kill('SIGINT');
    const told = await run.finished;
    expect([told.code, told.stderr]).toEqual([130, expect.stringContaining('SUITE_CANCEL_REQUESTED')]);
    dispatcher.release();
    const end = await suiteEnd(installation.bus, suiteId, 60_000);
    expect(end.name === 'SuiteRejected' && end.data.problems.map(({ code }) => code)).toEqual([
      'SUITE_CANCELLED_BEFORE_ACCEPTANCE',
    ]);
    expect((await historyOf(installation.bus, suiteId)).map(({ name }) => name)).toEqual(['SuiteRejected']);
  });

  row('before-the-request', async (cells) => {
    const it = caseOf('before-the-request', { durationSeconds: 600 });
    await it.cancel('at once');
    await it.request();
    await it.expectRow(cells);
  });

  row('unknown-suite', async () => {
    const it = caseOf('unknown-suite', { settings: { target: 'docker' } });
    const letter = Promise.withResolvers<string | undefined>();
    const watching = nats.subscribe('dead.suite-dispatcher.>', {
      callback: (_error, { headers }) => letter.resolve(headers?.get('dead-code')),
    });
    await it.cancel('a typing error');
    expect(await letter.promise).toBe('SUITE_UNKNOWN');
    watching.unsubscribe();
    expect(await it.history()).toEqual([]);
    const told = await installation.cli('cancel', it.suiteId).finished;
    expect([told.code, told.stderr]).toEqual([2, expect.stringContaining('SUITE_UNKNOWN')]);
    // The id is as good as new.
    await it.request();
    expect((await it.end()).name).toBe('SuiteFailed');
  });

  row('waiting-for-network', async (cells) => {
    const first = caseOf('has-the-host', { durationSeconds: 600 });
    await first.requestUntil(named('NetworkReserved'));
    const it = caseOf('waiting-for-network');
    await it.requestUntil(named('RunNetworkRequested'));
    await it.cancel();
    const history = await it.expectRow(cells);
    expect(history.map(({ name }) => name)).not.toContain('CapacityGranted');
    expect((await first.history()).map(({ name }) => name)).not.toContain('RunCancelling');
    await first.cancel();
    await first.end();
  });

  row('provisioning', async (cells) => {
    const it = caseOf('provisioning');
    await it.requestUntil(named('NodeProvisioned'));
    // A runner that is held cannot say that it is ready.
    using runner = hold(labelled({ BENCHBUS_RUN: it.runId })[0]?.pid);
    await it.cancel();
    await it.until(named('RunCancelled'));
    runner.release();
    expect((await it.expectRow(cells)).map(({ name }) => name)).not.toContain('DeploymentReady');
  });

  row('setting-up', async (cells) => {
    const it = caseOf('setting-up');
    await it.requestUntil(named('SetupStarted'));
    using runner = hold(runnerOf(it.runId, 'pg'));
    await it.cancel();
    await it.until(named('RunCancelled'));
    runner.release();
    expect((await it.expectRow(cells)).map(({ name }) => name)).not.toContain('DatabaseReady');
  });

  row('initialising', async (cells) => {
    const suite = tinySuite('initialising');
    for (const test of suite.tests) test.workload.scale = 80;
    const it = new CancelCase(installation, 'initialising', suite);
    await it.requestUntilProgress(({ activity }) => activity.startsWith('initialising'));
    expect(loadTool(it.runId)).not.toEqual([]);
    await it.cancel();
    await it.expectRow(cells);
  });

  row('warming-up', async (cells) => {
    const suite = tinySuite('warming-up');
    for (const test of suite.tests) test.workload.warmup = '600s';
    const it = new CancelCase(installation, 'warming-up', suite);
    await it.requestUntilProgress(({ activity }) => activity === 'warming up');
    await it.cancel();
    await it.expectRow(cells);
  });

  row('measuring', async (cells) => {
    const it = caseOf('measuring', { durationSeconds: 600 });
    await it.requestUntilProgress(({ tps }) => tps !== undefined);
    const tool = loadTool(it.runId);
    expect(tool).not.toEqual([]);
    await it.cancel();
    // However long the measurement was to last: the tool ends now.
    expect(await waitForDeath(tool, 30_000)).toEqual([]);
    const history = await it.expectRow(cells);
    expect(history.map(({ name }) => name)).not.toContain('WorkloadFinished');
  });

  row('uploading', async (cells) => {
    const it = caseOf('uploading');
    await it.requestUntil(named('WorkloadStarted'));
    using _store = hold(installation.pid('artifact-store'));
    await it.until((event) => event.name === 'RunStageStarted' && event.data.stage === 'artifacts');
    await it.cancel();
    const history = await it.expectRow(cells);
    expect(history.map(({ name }) => name)).toContain('WorkloadFinished');
    expect(history.map(({ name }) => name)).not.toContain('RunCompleted');
  });

  row('completed-and-kept', async (cells) => {
    const it = caseOf('kept', { settings: { keep: { when: 'always', for: '1h' } } });
    await it.requestUntil(named('RunCompleted'));
    expect(runnerOf(it.runId, 'pg')).toBeDefined();
    await it.cancel('seen enough');
    await it.expectRow(cells);
    const end = await it.end();
    expect(end.name === 'SuiteCancelled' && end.data.runs.map(({ outcome }) => outcome)).toEqual(['completed']);
  });

  row('releasing', async (cells) => {
    const it = caseOf('releasing');
    await it.requestUntil(named('WorkloadStarted'));
    using provisioner = hold(installation.pid('provisioner'));
    await it.until(named('RunReleaseRequested'));
    await it.cancel('too late');
    await allHandled();
    provisioner.release();
    await it.expectRow(cells);
  });

  row('twice', async (cells) => {
    const it = caseOf('twice');
    await it.requestUntil(named('SetupStarted'));
    using provisioner = hold(installation.pid('provisioner'));
    await it.cancel('the first');
    await it.until(named('RunReleaseRequested'));
    await it.again('the second');
    await allHandled();
    provisioner.release();
    const history = await it.expectRow(cells);
    const reasons = history.flatMap((event) => (event.name === 'SuiteCancelling' ? [event.data.reason] : []));
    expect(reasons).toEqual(['the first']);
  });

  row('after-the-end', async () => {
    const failed = caseOf('failed', { settings: { target: 'docker' } });
    await failed.request();
    await failed.end();
    const cancelled = caseOf('cancelled', { durationSeconds: 600 });
    await cancelled.request();
    await cancelled.cancel();
    await cancelled.end();
    const ends = [await failed.history(), await cancelled.history()];
    for (const it of [failed, cancelled]) await it.again('too late');
    await allHandled();
    expect([await failed.history(), await cancelled.history()]).toEqual(ends);
    const told = async ({ suiteId }: CancelCase) => installation.cli('cancel', suiteId).finished;
    expect((await told(cancelled)).code).toBe(0);
    const tooLate = await told(failed);
    expect([tooLate.code, tooLate.stderr]).toEqual([2, expect.stringContaining('SUITE_OVER')]);
  });

  row('dispatcher-down', async (cells) => {
    const it = caseOf('dispatcher-down', { durationSeconds: 600 });
    await it.requestUntilProgress(({ tps }) => tps !== undefined);
    // Stopped before it is killed: whatever is published now finds nobody.
    const pid = installation.pid('suite-dispatcher');
    using _dispatcher = hold(pid);
    await it.cancel();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await it.expectRow(cells);
  });

  row('engine-hangs', async (cells, context) => {
    if (onExternalEngine) context.skip(NEEDS_OUR_ENGINE);
    const it = caseOf('engine-hangs', { durationSeconds: 600 });
    await it.requestUntilProgress(({ tps }) => tps !== undefined);
    using _engine = hold(installation.pid('hatchet'));
    await it.cancel();
    await it.expectRow(cells);
  });

  everyRow();
});
