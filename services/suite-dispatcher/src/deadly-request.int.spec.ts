import { subjects } from '@benchbus/events';
import { toNative } from '@benchbus/suites';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DispatcherWorld } from './testing/dispatcher-world.ts';
import { suiteOf } from './testing/story.ts';

let world: DispatcherWorld;
beforeAll(async () => {
  world = await DispatcherWorld.start();
});
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
