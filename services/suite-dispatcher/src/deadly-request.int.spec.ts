import { subjects } from '@benchbus/events';
import { startMetricsSink } from '@benchbus/service/testing';
import { toNative } from '@benchbus/suites';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { DispatcherWorld } from './testing/dispatcher-world.ts';
import { suiteOf } from './testing/story.ts';

let world: DispatcherWorld;
beforeAll(async () => {
  world = await DispatcherWorld.start();
});
// What one test left is no other's.
afterEach(() => world.clear());
afterAll(() => world.stop());

it(
  'a request that kills every dispatcher it is delivered to is parked when its deliveries are used up; its suite is rejected, the next is accepted',
  { timeout: 180_000 },
  async () => {
    const { bus } = world;
    const [deadly, next] = [world.suiteId('deadly'), world.suiteId('next')];
    const suite = toNative(suiteOf(1, { target: 'docker' }));
    const limited = { BENCHBUS_MAX_DELIVERIES: '2' };
    await bus.request('SuiteRequested', deadly, { suite });
    for (let delivery = 1; delivery <= 2; delivery += 1) {
      const killed = world.launch({ ...limited, BENCHBUS_CRASH_AT: 'before-append.SuiteAccepted' });
      expect((await killed.exited).signal).toBe('SIGKILL');
    }
    // What a dispatcher could accept by now, it is not handed any more.
    world.launch(limited);
    const rejected = await world.logged(subjects.suite(deadly), 'SuiteRejected');
    expect(rejected.data).toMatchObject({ problems: [{ code: 'REDELIVERIES_EXHAUSTED' }] });
    const about = { service: 'suite-dispatcher', consumer: 'suite-dispatcher-requests', suiteId: deadly };
    expect(await bus.deadLetters.list()).toMatchObject([{ ...about, code: 'REDELIVERIES_EXHAUSTED', attempts: 2 }]);
    await bus.request('SuiteRequested', next, { suite });
    await world.logged(subjects.suite(next), 'SuiteAccepted');
    expect(await world.names(subjects.suite(deadly))).toEqual(['SuiteRejected']);
  },
);

it(
  'a run that is overdue and a dead letter are told as long as they are there: after the suite, by a dispatcher that starts later',
  { timeout: 180_000 },
  async () => {
    const { bus } = world;
    const [late, unknown] = [world.suiteId('late'), world.suiteId('unknown')];
    const runId = `${late}-1-1`;
    await world.dispatcher({ BENCHBUS_CANCEL_WAITS_MS: '0' });
    await bus.request('SuiteCancelRequested', unknown, { reason: 'by a test' });
    await world.accept(late, suiteOf(1));
    await world.logged(subjects.run(runId), 'RunNetworkRequested');
    await world.rejectNetwork(late, runId);
    const ended = await world.logged(subjects.suite(late), 'SuiteFailed');
    expect(ended.data).toMatchObject({ overdue: [runId] });
    const letters = async () => (await bus.deadLetters.list()).filter((letter) => letter.suiteId === unknown);
    await expect.poll(letters, { timeout: 30_000 }).toMatchObject([{ code: 'SUITE_UNKNOWN' }]);
    await world.stopDispatchers();

    const sink = await startMetricsSink();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.endpoint, OTEL_METRIC_EXPORT_INTERVAL: '200' };
    await world.dispatcher(env);
    const told = () => Object.fromEntries(sink.latest());
    const parked = (await bus.deadLetters.open()).get('suite-dispatcher-requests');
    await expect.poll(told, { timeout: 20_000 }).toMatchObject({
      'benchbus.suites.open': 0,
      'benchbus.runs.open overdue': 1,
      'benchbus.leases.open': 1,
      'benchbus.dead_letters.parked suite-dispatcher-requests': parked,
      'benchbus.dead_letters.parked suite-dispatcher-reactor': 0,
      'benchbus.follower.behind suite-dispatcher-index': 0,
      'benchbus.follower.stalled suite-dispatcher-index': 0,
      'benchbus.follower.errors suite-dispatcher-index failed': 0,
    });
    const left = { name: 'NetworkReleased', subject: subjects.network(runId), data: {}, cause: 't', correlation: late };
    const [rejected] = await bus.log.read(left.subject);
    await bus.log.append({ ...left, name: 'NetworkReleased' }, rejected?.sequence ?? 0);
    for (const { id } of await bus.deadLetters.list()) await bus.deadLetters.drop(id, 'test');
    await expect.poll(told, { timeout: 20_000 }).toMatchObject({
      'benchbus.runs.open overdue': 0,
      'benchbus.leases.open': 0,
      'benchbus.dead_letters.parked suite-dispatcher-requests': 0,
    });
    expect((await world.names(subjects.run(runId))).at(-1)).toBe('RunReleased');
    await world.stopDispatchers();
    await sink.stop();
  },
);
