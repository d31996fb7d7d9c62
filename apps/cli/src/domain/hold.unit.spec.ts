import type { AnyRecorded } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { exampleSuite, logBuilder, RUN, SUITE } from '../testing/recorded.ts';
import { decideRelease } from './decide-release.ts';
import { suiteToRepeat } from './rerun.ts';
import { runHold } from './run-hold.ts';
import type { RunHold } from './run-hold.ts';

type End = 'RunCompleted' | 'RunFailed' | 'RunCancelled';
const run = `evt.run.${RUN}`;
const later = '2026-11-25T10:00:00.000Z';

/** A run as far as `until`, kept for an hour after its end. */
function history(
  until: 'queued' | 'stage' | 'ended' | 'asked' | 'overdue' | 'released',
  end: End = 'RunFailed',
  keep = true,
) {
  const { events, add } = logBuilder();
  const suite = exampleSuite();
  const [test] = suite.tests;
  if (test === undefined) throw new Error('the example has a test');
  const settings = {
    ...suite.settings,
    keep: { when: keep ? ('always' as const) : ('never' as const), forMs: 3_600_000 },
  };
  const steps = ['queued', 'stage', 'ended', 'asked', 'overdue', 'released'];
  const upTo = (step: string) => steps.indexOf(step) <= steps.indexOf(until);
  add('RunQueued', run, 0, { suiteId: SUITE, index: 0, repeat: 1, test, settings });
  if (upTo('stage')) add('RunStageStarted', run, 1, { stage: 'workload', attempt: 1, deadline: later });
  if (upTo('ended') && end === 'RunFailed') add(end, run, 2, { problem: { code: 'X', message: 'x' } });
  if (upTo('ended') && end === 'RunCancelled') add(end, run, 2, { reason: 'x' });
  if (upTo('asked')) add('RunReleaseRequested', run, 3, { reason: 'asked', deadline: later });
  if (upTo('overdue') && until === 'overdue') add('RunReleaseOverdue', run, 4, { left: ['network'] });
  if (upTo('released')) add('RunReleased', run, 5, {});
  return events;
}
const nothing = { network: [], deployment: [] };
const hold = (...of: Parameters<typeof history>): RunHold => runHold(RUN, SUITE, { run: history(...of), ...nothing });

describe('runHold', () => {
  it('tells where a run is between its request and its release', () => {
    expect(runHold(RUN, SUITE, { run: [], ...nothing }).state).toBe('waiting');
    expect(hold('queued').state).toBe('waiting');
    expect(hold('stage')).toMatchObject({ state: 'measuring', stage: 'workload' });
    expect(hold('ended')).toMatchObject({ state: 'kept', outcome: 'failed', until: '2026-11-24T11:00:00.002Z' });
    expect(hold('ended', 'RunCancelled')).toMatchObject({ state: 'leaving', outcome: 'cancelled' });
    expect(hold('ended', 'RunFailed', false).state).toBe('leaving');
    expect(hold('asked')).toMatchObject({ state: 'leaving', overdue: false });
    expect(hold('overdue')).toMatchObject({ state: 'leaving', overdue: true });
    expect(hold('released')).toMatchObject({ state: 'released', since: '2026-11-24T10:00:00.005Z' });
  });

  it('lists what it holds, and no more what it gave back', () => {
    const { events, add } = logBuilder();
    const cidr = '127.64.5.0/24';
    const pool = { scope: 'h', cidr: '127.64.0.0/16' };
    add('NetworkReserved', `evt.network.${RUN}`, 0, { attempt: 1, hostId: 'h', cidr, pool, leaseExpiresAt: later });
    add('NodeProvisioned', `evt.deployment.${RUN}`, 1, { attempt: 1, node: 'pg', address: '127.64.5.4' });
    add('NodeProvisioned', `evt.deployment.${RUN}`, 2, { attempt: 1, node: 'load', address: '127.64.5.5' });
    const held = (more: AnyRecorded[] = []) => {
      const all = [...events, ...more];
      const of = (prefix: string) => all.filter(({ subject }) => subject.startsWith(prefix));
      return runHold(RUN, SUITE, { run: [], network: of('evt.network'), deployment: of('evt.deployment') }).held;
    };
    expect(held()).toEqual({
      hostId: 'h',
      cidr,
      nodes: [
        { name: 'pg', address: '127.64.5.4' },
        { name: 'load', address: '127.64.5.5' },
      ],
    });
    const end = logBuilder();
    end.add('DeploymentDestroyed', `evt.deployment.${RUN}`, 3, { reason: 'x' });
    end.add('NetworkReleased', `evt.network.${RUN}`, 4, { cidr });
    expect(held(end.events)).toEqual({ nodes: [] });
  });
});

describe('decideRelease', () => {
  it('releases what is kept, waits for what leaves, and leaves alone what goes on', () => {
    const plan = decideRelease(SUITE, [hold('ended'), hold('asked'), hold('stage'), hold('released')]);
    if ('problem' in plan) throw new Error(plan.problem.message);
    expect([plan.kept.length, plan.leaving.length, plan.open.length]).toEqual([1, 1, 1]);
  });
  it('says why there is nothing to release', () => {
    const problem = (...runs: RunHold[]) => {
      const plan = decideRelease(runs.length === 1 ? RUN : SUITE, runs);
      return 'problem' in plan ? [plan.problem.code, plan.problem.message, plan.problem.hint] : undefined;
    };
    expect(problem(hold('stage'))).toEqual([
      'RUN_OPEN',
      `run ${RUN} is still measuring (stage workload): there is nothing kept to release`,
      expect.stringContaining(`cancel it instead: benchbus cancel ${SUITE}`),
    ]);
    expect(problem(hold('queued'))?.[1]).toContain('has not begun yet');
    expect(problem(hold('released'))?.slice(0, 2)).toEqual([
      'NOTHING_KEPT',
      `run ${RUN} is over and released since 2026-11-24T10:00:00.005Z`,
    ]);
    expect(problem(hold('released'), hold('released'))?.[1]).toContain(`suite ${SUITE} is over`);
  });
});

describe('suiteToRepeat', () => {
  const { events, add } = logBuilder();
  const [test] = exampleSuite().tests;
  if (test === undefined) throw new Error('the example has a test');
  const suite = { ...exampleSuite(), tests: [test, { ...test, name: 'other' }] };
  const runs = ['baseline', 'other'].map((name, index) => ({ runId: `r${index}`, test: name, repeat: 1 }));
  add('SuiteAccepted', `evt.suite.${SUITE}`, 0, { requestId: 'r', suite, runs });
  const all = { failedOnly: false, failed: new Set<string>() };

  it('is the accepted suite, or its failed tests', () => {
    expect(suiteToRepeat(SUITE, events, all)).toEqual({ suite });
    const failed = suiteToRepeat(SUITE, events, { failedOnly: true, failed: new Set(['r1']) });
    expect('suite' in failed && failed.suite.tests.map(({ name }) => name)).toEqual(['other']);
  });
  it('is refused for a rejected suite, and when nothing failed', () => {
    const codeOf = (repeat: ReturnType<typeof suiteToRepeat>) =>
      'problem' in repeat ? repeat.problem.code : undefined;
    expect(codeOf(suiteToRepeat(SUITE, [], all))).toBe('SUITE_REJECTED');
    expect(codeOf(suiteToRepeat(SUITE, events, { ...all, failedOnly: true }))).toBe('NOTHING_FAILED');
  });
});
