import { subjects } from '@benchbus/events';
import type { Suite } from '@benchbus/suites';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { intake } from '../domain/intake.ts';
import { openFigures, type OpenFigures } from '../domain/open-figures.ts';
import { LoggedStory } from '../testing/logged-story.ts';
import { othersAnswer, suiteOf } from '../testing/story.ts';
import { runFacts } from './consumers.ts';
import { createReactor, type Reactor } from './reactor.ts';
import { openSuiteIndex } from './suite-index.ts';

const RUN = 'suite-1-1';
const DAY_MS = 86_400_000;
const RELEASE_TIMEOUT_MS = 120_000;
const logger = pino({ level: 'silent' });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run that failed, and as many dispatchers' reactors as a test wants, each with an index of its own. */
async function failed(settings: Partial<Suite['settings']> = {}) {
  const story = new LoggedStory();
  const suite = suiteOf(1, settings);
  story.append(intake({ id: 'request', suiteId: 'suite' }, { ok: true, suite } as never));
  const run = subjects.run(RUN);
  story.fact('RunQueued', run, {
    suiteId: 'suite',
    index: 1,
    repeat: 1,
    test: suite.tests[0],
    settings: suite.settings,
  } as never);
  story.fact('RunNetworkRequested', run, { attempt: 1 } as never);
  const end = story.fact('RunFailed', run, { problem: { code: 'BROKEN', message: 'it is' } } as never);

  const replica = async (): Promise<Reactor & { figures(): OpenFigures }> => {
    const index = await openSuiteIndex(story.log);
    const engine = { start: () => Promise.resolve(), stop: () => Promise.resolve() };
    const reactor = createReactor({
      bus: story,
      index,
      engine,
      logger,
      releaseTimeoutMs: RELEASE_TIMEOUT_MS,
      clock: () => story.now,
    });
    // A getter does not survive a spread.
    return Object.assign(reactor, { figures: () => openFigures(index.open().values(), index.left().values()) });
  };
  const pass = async (ms: number): Promise<void> => {
    story.now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  };
  const names = () =>
    story
      .of(run)
      .map(({ name }) => name)
      .slice(2);
  return { story, end, replica, pass, names };
}

it('no message waits with a release; what it holds when its time is over is overdue', async () => {
  const { story, end, replica, pass, names } = await failed();
  const reactor = await replica();
  const { handle } = runFacts(reactor, story.log);
  const around = { attempt: 1, signal: new AbortController().signal };
  expect(await handle(end, around)).toBeUndefined();
  expect(await handle(story.of(subjects.run(RUN)).at(-1) ?? end, around)).toBeUndefined();
  expect(names()).toEqual(['RunFailed', 'RunReleaseRequested']);
  expect(reactor.waiting).toBe(1);
  await pass(RELEASE_TIMEOUT_MS - 1);
  expect(names().at(-1)).toBe('RunReleaseRequested');
  await pass(1);
  expect(names().at(-1)).toBe('RunReleaseOverdue');
  expect(reactor.waiting).toBe(0);
});

it('a run that is overdue, and what it holds, is counted after the end of its suite, until it is released', async () => {
  const { story, end, replica, pass, names } = await failed();
  const [one, other] = [await replica(), await replica()];
  await one.onEvent(end);
  const counted = { suites: 1, leases: 1, runs: { queued: 0, running: 0, releasing: 1, overdue: 0 } };
  expect(other.figures()).toEqual(counted);
  await pass(RELEASE_TIMEOUT_MS);
  await one.advance('suite');
  expect(story.suite().ended?.data.overdue).toEqual([RUN]);
  const overdue = { suites: 0, leases: 1, runs: { ...counted.runs, releasing: 0, overdue: 1 } };
  for (const some of [one, other, await replica()]) expect(some.figures()).toEqual(overdue);
  // What the janitor did at last, which no message told of: the reconciler finds it.
  expect(othersAnswer(story, RUN)).toBe(true);
  await other.advance('suite');
  expect(names().at(-1)).toBe('RunReleased');
  expect(story.suite().ended?.data.overdue).toEqual([RUN]);
  for (const some of [one, other])
    expect(some.figures()).toEqual({ suites: 0, leases: 0, runs: { ...overdue.runs, overdue: 0 } });
});

it('a release that is over is waited with no longer, by none of the replicas', async () => {
  const { story, end, replica, pass, names } = await failed();
  const [one, other] = [await replica(), await replica()];
  await one.onEvent(end);
  await other.advance('suite');
  expect([one.waiting, other.waiting]).toEqual([1, 1]);
  expect(othersAnswer(story, RUN)).toBe(true);
  await one.onEvent(story.events.at(-1) ?? end);
  expect(names().at(-1)).toBe('RunReleased');
  await vi.waitFor(() => expect([one.waiting, other.waiting]).toEqual([0, 0]));
  expect(vi.getTimerCount()).toBe(0);
  await pass(RELEASE_TIMEOUT_MS);
  expect(names().at(-1)).toBe('RunReleased');
});

it('a keep time of weeks is over at its end, with another replica where the first is gone, and one request is made', async () => {
  const { end, replica, pass, names } = await failed({ keep: { when: 'always', forMs: 60 * DAY_MS } });
  const [gone, second, third] = [await replica(), await replica(), await replica()];
  await gone.onEvent(end);
  await gone.stop();
  expect(gone.waiting).toBe(0);
  await second.advance('suite');
  await third.advance('suite');
  await pass(60 * DAY_MS - 1);
  expect(names().at(-1)).toBe('RunFailed');
  await pass(1);
  expect(names()).toEqual(['RunFailed', 'RunReleaseRequested']);
});

it('a log that does not answer when the time has come is asked again by the reconciler', async () => {
  const { story, end, replica, pass, names } = await failed();
  const reactor = await replica();
  await reactor.onEvent(end);
  const away = vi.spyOn(story.log, 'append').mockRejectedValueOnce(new Error('no responders'));
  await pass(RELEASE_TIMEOUT_MS);
  expect(away).toHaveBeenCalledOnce();
  expect(names().at(-1)).toBe('RunReleaseRequested');
  await reactor.advance('suite');
  expect(names().at(-1)).toBe('RunReleaseOverdue');
});
