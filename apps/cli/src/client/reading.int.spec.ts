import type { AnyDraft, AnyRecorded, Draft, EventBus } from '@benchbus/events';
import { connectBus } from '@benchbus/events';
import type { TestNatsServer } from '@benchbus/events/testing';
import { startNatsServer } from '@benchbus/events/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardLog } from '../testing/board-log.ts';
import { runOn } from '../testing/run-on.ts';
import type { OnWaiting } from './watch-waiting.ts';
import { watchWaiting } from './watch-waiting.ts';

let nats: TestNatsServer;
let bus: EventBus;
beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ servers: nats.url, name: 'test', source: 'test' });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

/** Appends what was built by hand, as the services would. */
async function append(events: readonly AnyRecorded[], suiteId: string): Promise<void> {
  for (const { name, subject, data, id } of events) {
    const draft = { name, subject, data, cause: `${suiteId}-${id}`, correlation: suiteId } as AnyDraft;
    const version = (await bus.log.read(subject)).at(-1)?.sequence ?? 0;
    await bus.log.append(draft as Draft, version);
  }
}

async function cli(...args: string[]) {
  const { exitCode, printed, err } = await runOn(nats, ...args);
  return { exitCode, out: printed, err };
}
const json = async (...args: string[]): Promise<unknown> => JSON.parse((await cli(...args, '--json')).out.join('\n'));

test('why a run waits is told at once, again when it changes, and when it is over, whoever causes it', async () => {
  const first = boardLog();
  const alive = await bus.liveness.hold('host.h1', { instance: 'p' });
  first.host('h1');
  first.suite('first');
  first.stage('first-1-1', 'network');
  first.ask('first-1-1');
  first.grant('first-1-1', 'h1');
  await append(first.events, 'first');
  const second = boardLog();
  second.suite('second');
  second.stage('second-1-1', 'network');
  second.ask('second-1-1');
  await append(second.events, 'second');

  const told: Parameters<OnWaiting>[] = [];
  const watching = await watchWaiting(bus, 'second', (...what) => told.push(what));
  expect(told).toMatchObject([['second-1-1', { code: 'HOST_BUSY', runs: ['first-1-1'] }]]);
  expect(await json('status', 'second-1-1')).toMatchObject({
    ok: true,
    run: { phase: 'network', waiting: { code: 'HOST_BUSY' } },
  });
  expect(await json('status')).toMatchObject({
    hosts: [{ hostId: 'h1', runs: [{ runId: 'first-1-1' }] }],
    deadLetters: 0,
  });

  const end = boardLog();
  end.fail('first-1-1');
  end.release('first-1-1', 'h1');
  await append(end.events, 'first');
  await expect.poll(() => told.at(-1)).toMatchObject(['second-1-1', { code: 'ALLOCATOR' }]);
  await alive.stop();
  await expect.poll(() => told.at(-1)).toMatchObject(['second-1-1', { code: 'HOST_AWAY' }]);
  expect(await json('status')).toMatchObject({ hosts: [{ hostId: 'h1', present: true, away: true }] });
  const rest = boardLog();
  rest.grant('second-1-1', 'h1');
  await append(rest.events, 'second');
  await expect.poll(() => told.at(-1)).toEqual(['second-1-1', undefined]);
  await watching.stop();
  expect(await json('list', '--state', 'open', '--limit', '1')).toMatchObject({ suites: [{ suiteId: 'second' }] });
});

test('logs: what is there, by node and container; no lines, no run, a suite: what to do', async () => {
  const log = boardLog();
  log.suite('logged');
  await append(log.events, 'logged');
  const runId = 'logged-1-1';
  const empty = await cli('logs', runId);
  expect(empty).toMatchObject({ exitCode: 0, out: [] });
  expect(empty.err).toContain('no lines yet: the run is in queued; --follow waits for them');

  const time = '2026-11-24T10:00:00.000Z';
  bus.telemetry.log({ runId, node: 'pg', container: 'postgres', time, line: 'one\x1b[2J' });
  bus.telemetry.log({ runId, node: 'load', container: 'pgbench', time, line: 'two' });
  await expect.poll(async () => (await cli('logs', runId)).out.length).toBe(2);
  const { out } = await cli('logs', runId);
  expect(out[0]).toMatch(/ {2}pg\/postgres {2}one$/);
  expect(await json('logs', runId, '--node', 'load')).toEqual({
    runId,
    node: 'load',
    container: 'pgbench',
    time,
    line: 'two',
  });
  expect((await cli('logs', runId, '--container', 'runner')).err).toContain('no lines of that node and container');

  expect(await json('logs', 'logged')).toMatchObject({
    code: 'RUN_UNKNOWN',
    problems: [{ hint: `its runs: ${runId}` }],
  });
  expect((await cli('logs', 'nobody')).exitCode).toBe(2);
  expect((await cli('status', 'nobody')).err).toContain('[SUITE_UNKNOWN]');
  expect((await cli('watch', 'nobody')).exitCode).toBe(2);
});

test('the progress in status is that of the attempt that goes on', async () => {
  const log = boardLog();
  log.suite('busy');
  log.stage('busy-1-1', 'workload');
  const before = new Date(Date.now() - 60_000).toISOString();
  const progress = { runId: 'busy-1-1', node: 'load', activity: 'measuring', tps: 5 };
  await append(log.events, 'busy');
  bus.telemetry.progress({ ...progress, time: before });
  await expect.poll(() => bus.telemetry.lastProgress('busy-1-1')).toBeDefined();
  expect(await json('status', 'busy')).toMatchObject({ progress: {} });
  bus.telemetry.progress({ ...progress, time: new Date().toISOString() });
  await expect.poll(async () => (await cli('status', 'busy')).out.join('\n')).toContain('measuring  5 tps');
});

test('watching a suite that is over shows it from its start, and exits as it did', async () => {
  const log = boardLog();
  log.suite('over');
  log.fail('over-1-1');
  log.add('SuiteFailed', 'evt.suite.over', 90_000, { runs: [{ runId: 'over-1-1', outcome: 'failed' }], overdue: [] });
  await append(log.events, 'over');
  const { exitCode, out } = await cli('watch', 'over', '--json');
  expect(exitCode).toBe(1);
  const lines = out.map((line) => JSON.parse(line) as { kind: string; event?: { name: string } });
  expect(lines.flatMap(({ event }) => event?.name ?? [])).toEqual([
    'SuiteAccepted',
    'RunQueued',
    'RunFailed',
    'SuiteFailed',
  ]);
  expect(lines.at(-1)).toEqual({ kind: 'end', suiteId: 'over', state: 'failed', exitCode: 1 });
});
