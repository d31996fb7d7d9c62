import { setImmediate } from 'node:timers/promises';
import { childKey } from '@benchbus/tasks';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { EdgeTask } from '../domain/step.ts';
import { handOuts } from './hand-outs.ts';

const TASK = { stage: 'database', node: 'pg', attempt: 1 } as const;
const KEY = childKey(TASK.stage, TASK.node, TASK.attempt);

/** An engine that refuses the first `away` tries; what it took is over when the test says so. */
function engine(away: number) {
  const tries: EdgeTask[] = [];
  const taken = Promise.withResolvers<void>();
  const over = Promise.withResolvers<unknown>();
  const dispatch = async (task: EdgeTask, _signal: AbortSignal) => {
    tries.push(task);
    if (tries.length <= away) throw new Error('UNAVAILABLE');
    taken.resolve();
    return { over: over.promise };
  };
  return { tries, dispatch, taken: taken.promise, over };
}

function handing(dispatch: ReturnType<typeof engine>['dispatch'], retryMs = 1) {
  const settled = Promise.withResolvers<void>();
  const logger = pino({ level: 'silent' });
  const hands = handOuts({ runId: 'run', dispatch, retryMs, onSettled: () => settled.resolve(), logger });
  return { hands, told: settled.promise };
}

it.each([
  ['it ended', (over: PromiseWithResolvers<unknown>) => over.resolve({})],
  ['it failed', (over: PromiseWithResolvers<unknown>) => over.reject(new Error('failed'))],
])('a task is handed out until an engine that was away takes it, once, and settled when %s', async (_, end) => {
  const { tries, dispatch, taken, over } = engine(3);
  const { hands, told } = handing(dispatch);
  hands.want([TASK]);
  hands.want([TASK]);
  await taken;
  hands.want([TASK]);
  expect([...hands.settled]).toEqual([]);
  end(over);
  await told;
  expect([...hands.settled]).toEqual([KEY]);
  expect(tries).toEqual([TASK, TASK, TASK, TASK]);
});

it('what is wanted no more is not tried again: the next attempt takes its place', async () => {
  const first = engine(Infinity);
  const { hands } = handing(first.dispatch, 3_600_000);
  hands.want([TASK]);
  const next = { ...TASK, attempt: 2 };
  hands.want([next]);
  hands.stop();
  expect(first.tries).toEqual([TASK, next]);
});

it('a hand-out that is stopped under way hears of it, and what was given all the same leaves nothing unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const taken = Promise.withResolvers<{ over: Promise<unknown> }>();
  let heard: AbortSignal | undefined;
  const { hands } = handing((_task, signal) => {
    heard = signal;
    return taken.promise;
  });
  hands.want([TASK]);
  expect(heard?.aborted).toBe(false);
  hands.stop();
  expect(heard?.aborted).toBe(true);
  taken.resolve({ over: Promise.reject(new Error('cancelled')) });
  await setImmediate();
  await setImmediate();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
  expect([...hands.settled]).toEqual([]);
});
