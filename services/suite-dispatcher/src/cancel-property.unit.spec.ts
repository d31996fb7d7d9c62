import type { AnyRequest } from '@benchbus/events';
import { STAGES } from '@benchbus/suites';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancelPlay } from './testing/cancel-play.ts';
import { suiteOf } from './testing/story.ts';

const SUITE_ENDS = ['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled', 'SuiteRejected'];
const RUN_ENDS = ['RunCompleted', 'RunFailed', 'RunCancelled'];
const CREATING = ['RunStageStarted', 'RunNetworkRequested', 'RunDeploymentRequested'];

const run = fc.integer({ min: 0, max: 2 });
const act = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('publish request', 'cancel', 'publish cancel', 'hour', 'minute') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver'), which: fc.nat(), lag: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reactor'), lag: fc.nat(6) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('bench-run', 'others'), run, lag: fc.nat(6) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release'), run, lag: fc.nat(6) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('engine cancel', 'breaks'), run }) },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

const acts = fc.array(act, { minLength: 20, maxLength: 50 });
const few = fc.array(act, { minLength: 8, maxLength: 50 });
const settings = fc.constantFrom({}, { keep: { when: 'always', forMs: 600_000 } } as const);

/** Plays one act; `fresh`: nobody lags behind. */
function perform(play: CancelPlay, one: Act, fresh: boolean): void {
  const lag = fresh || !('lag' in one) ? 0 : one.lag;
  const runId = 'run' in one ? (play.runIds[one.run % play.runIds.length] ?? '') : '';
  switch (one.do) {
    case 'publish request':
    case 'publish cancel':
      play.publish(one.do === 'publish cancel' ? 'SuiteCancelRequested' : 'SuiteRequested');
      return;
    case 'cancel':
      play.cancel();
      return;
    case 'hour':
    case 'minute':
      play.story.now += one.do === 'hour' ? 3_600_000 : 60_000;
      return;
    case 'deliver': {
      const request = 'which' in one ? play.requests[one.which % Math.max(1, play.requests.length)] : undefined;
      if (request) play.deliver(request.request, lag);
      return;
    }
    case 'reactor':
      play.reactor(lag);
      return;
    case 'bench-run':
      play.benchRun(runId, lag);
      return;
    case 'others':
      play.others(runId);
      return;
    case 'release':
      play.release(runId, lag);
      return;
    case 'breaks':
      play.breaks(runId);
      return;
    case 'engine cancel':
      play.engineCancel(runId);
  }
}

/** All that is still to come: every request handled, everybody up to date, keep times over. */
function finish(play: CancelPlay): void {
  if (!play.requests.some(({ request }) => request.name === 'SuiteRequested')) play.publish('SuiteRequested');
  for (const { request } of play.requests) play.deliver(request);
  for (let hours = 0; hours < 20; hours += 1) {
    play.settle();
    if (play.names.some((name) => SUITE_ENDS.includes(name))) return;
    play.story.now += 3_600_000;
  }
}

const ofRun = (play: CancelPlay, runId: string) =>
  play.story.events.filter(({ subject }) => subject.startsWith('evt.') && subject.split('.')[2] === runId);

function expectTruth(play: CancelPlay): void {
  const { names } = play;
  const ends = names.filter((name) => SUITE_ENDS.includes(name));
  expect(ends).toHaveLength(1);
  expect(names.filter((name) => name === 'SuiteCancelling').length).toBeLessThanOrEqual(1);
  if (names.includes('SuiteCancelling')) expect(ends).toEqual(['SuiteCancelled']);
  if (ends[0] === 'SuiteRejected') return expect(names).toEqual(['SuiteRejected']);
  for (const runId of play.runIds) {
    const its = ofRun(play, runId).map(({ name }) => name);
    const count = (...wanted: string[]) => its.filter((name) => wanted.includes(name)).length;
    expect(count(...RUN_ENDS), `ends of ${runId}`).toBe(1);
    expect(count('RunReleased')).toBe(1);
    expect(count('NetworkReleased')).toBe(count('RunNetworkRequested'));
    expect(count('DeploymentDestroyed')).toBe(count('RunDeploymentRequested'));
    const over = its.findIndex((name) => name === 'RunCancelling' || RUN_ENDS.includes(name));
    expect(its.slice(over).filter((name) => CREATING.includes(name))).toEqual([]);
    if (its.includes('RunCancelling')) expect(its).toContain('RunCancelled');
  }
}

const tests = fc.integer({ min: 1, max: 3 });
/** So many events are the quiet beginning of a history, whatever comes then. */
const head = fc.nat(40);

function playOf(count: number, extra: Parameters<typeof suiteOf>[1], begun: number): CancelPlay {
  const play = new CancelPlay(suiteOf(count, extra, 2));
  const request = play.publish('SuiteRequested');
  if (begun > 0) play.deliver(request);
  play.settle({ until: () => play.story.events.length >= begun });
  return play;
}

/** In which state each run is. */
const states = (play: CancelPlay): string[] =>
  play.runIds.map((runId) => {
    const { queued, stages, ended, releaseRequested, released } = play.story.view(runId).run;
    if (released) return 'released';
    if (ended) return releaseRequested ? 'releasing' : ended.name;
    return STAGES.findLast((stage) => stages[stage]) ?? (queued ? 'queued' : 'accepted');
  });

describe('cancel, in any order of everything', { timeout: 240_000 }, () => {
  it('the suite ends exactly once, nothing is created for a run that is over, all is released (2,000 histories)', () => {
    const ended = new Set<string>();
    fc.assert(
      fc.property(acts, settings, tests, head, (acts, extra, count, begun) => {
        const play = playOf(count, extra, begun);
        for (const one of acts) perform(play, one, false);
        finish(play);
        expectTruth(play);
        for (const name of play.names) if (SUITE_ENDS.includes(name)) ended.add(name);
      }),
      { numRuns: 2_000 },
    );
    // The histories reach what they are about.
    expect([...ended]).toEqual(expect.arrayContaining(['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled']));
  });

  it('no run starts after its suite is cancelling, where nobody lags behind (500 histories)', () => {
    const cancelledIn = new Set<string>();
    fc.assert(
      fc.property(few, acts, settings, tests, head, (acts, later, extra, count, begun) => {
        const play = playOf(count, extra, begun);
        for (const { request } of play.requests) play.deliver(request);
        for (const one of acts) perform(play, one, true);
        const before = states(play);
        play.cancel();
        for (const one of later) perform(play, one, true);
        finish(play);
        expectTruth(play);
        const cancelling = play.names.indexOf('SuiteCancelling');
        if (cancelling === -1) return;
        for (const state of before) cancelledIn.add(state);
        expect(play.names.slice(cancelling).filter((name) => CREATING.includes(name))).toEqual([]);
      }),
      { numRuns: 500 },
    );
    // Every state a run can be in was cancelled in.
    expect([...cancelledIn]).toEqual(
      expect.arrayContaining(['queued', ...STAGES, ...RUN_ENDS, 'releasing', 'released']),
    );
  });

  it('a suite cancelled before it is accepted never has a run, whoever is handled first (500 histories)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 2, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (cancels, order) => {
          const play = new CancelPlay(suiteOf(2));
          const asked: AnyRequest[] = cancels.map((cancel) =>
            play.publish(cancel ? 'SuiteCancelRequested' : 'SuiteRequested'),
          );
          fc.pre(cancels.includes(true) && cancels.includes(false));
          for (const which of order) {
            const one = asked[which % asked.length];
            if (one) play.deliver(one);
          }
          for (const one of asked) play.deliver(one);
          play.settle();
          expect(play.names).toEqual(['SuiteRejected']);
        },
      ),
      { numRuns: 500 },
    );
  });
});
