import { subjects } from '@benchbus/events';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { busOf } from '../testing/bus-of.ts';
import { suiteOf } from '../testing/story.ts';
import { createReactor } from './reactor.ts';
import { openSuiteIndex } from './suite-index.ts';

/** A suite of many runs at once, and an engine that answers when the test says so. */
async function hanging(count: number) {
  const bus = await busOf('s', suiteOf(count, {}, count));
  const index = await openSuiteIndex(bus.log);
  const answer = Promise.withResolvers<void>();
  const engine = { start: vi.fn(() => answer.promise), stop: vi.fn(() => answer.promise) };
  const logger = pino({ level: 'silent' });
  const reactor = createReactor({ bus, index, engine, logger, releaseTimeoutMs: 1_000, clock: () => Date.now() });
  const close = async () => {
    await index.stop();
    await bus.close();
  };
  const cancel = async () => {
    const [accepted] = await bus.log.read(subjects.suite('s'));
    const common = { subject: subjects.suite('s'), cause: 'c', correlation: 's' };
    const draft = { ...common, name: 'SuiteCancelling', data: { reason: 'by a test' } } as const;
    const { event } = await bus.log.append(draft, accepted?.sequence ?? 0);
    await index.reached(event.sequence);
  };
  const names = async () => (await bus.log.read(subjects.run('s-1-1'))).map(({ name }) => name);
  return { bus, index, engine, answer, reactor, close, cancel, names };
}

it('an engine that hangs holds up neither the start of other runs nor a cancel; a drain waits for it', async () => {
  const { engine, answer, reactor, close, cancel, names } = await hanging(20);
  await reactor.advance('s');
  await reactor.advance('s');
  expect(engine.start).toHaveBeenCalledTimes(20);
  await cancel();
  await reactor.advance('s');
  expect(await names()).toEqual(['RunQueued', 'RunCancelled']);
  expect(engine.stop).toHaveBeenCalledTimes(20);
  let idle = false;
  const settled = reactor.idle().then(() => (idle = true));
  await Promise.resolve();
  expect(idle).toBe(false);
  answer.resolve();
  await settled;
  await close();
});

it('what the engine executes is known until it is released, by every replica, and no longer', async () => {
  const { bus, index, engine, reactor, answer, close } = await hanging(2);
  answer.resolve();
  const logger = pino({ level: 'silent' });
  const other = createReactor({ bus, index, engine, logger, releaseTimeoutMs: 1_000, clock: () => Date.now() });
  await reactor.advance('s');
  // What the engine says of all that it executes.
  for (const run of ['s-1-1', 's-2-1', 'unknown']) other.isExecuting('s', run);
  expect([reactor.executing, other.executing]).toEqual([2, 2]);
  for (const subject of [subjects.run('s-1-1'), subjects.run('s-2-1')]) {
    const [queued] = await bus.log.read(subject);
    const common = { subject, cause: 'c', correlation: 's' };
    const failed = { ...common, name: 'RunFailed', data: { problem: { code: 'BROKEN', message: 'no' } } } as const;
    const { event } = await bus.log.append(failed, queued?.sequence ?? 0);
    // Without a network there is nothing to wait for. The other replica gets no message of it.
    await reactor.onEvent(event);
  }
  const last = (await bus.log.read(subjects.run('s-2-1'))).at(-1);
  expect(last?.name).toBe('RunReleased');
  await index.reached(last?.sequence ?? 0);
  // The engine's list is of a moment ago.
  other.isExecuting('s', 's-1-1');
  expect([reactor.executing, other.executing]).toEqual([0, 0]);
  await close();
});

it('a start that failed is tried again by the next hint; a run that was never started is not stopped', async () => {
  const { engine, reactor, answer, close, cancel, names } = await hanging(1);
  answer.reject(new Error('UNAVAILABLE'));
  await reactor.advance('s');
  await reactor.idle();
  await reactor.advance('s');
  await reactor.idle();
  expect(engine.start).toHaveBeenCalledTimes(2);
  await cancel();
  await reactor.advance('s');
  expect(await names()).toEqual(['RunQueued', 'RunCancelled']);
  expect(engine.stop).not.toHaveBeenCalled();
  await close();
});
