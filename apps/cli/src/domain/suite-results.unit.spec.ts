import { expect, test } from 'vitest';
import { finishedRun, RUN, SUITE, summary } from '../testing/recorded.ts';
import { suiteResults } from './suite-results.ts';

test('a completed run: summary, stored artifacts, and those that are not', () => {
  const results = suiteResults(SUITE, finishedRun());
  expect(results).toMatchObject({ name: 'quick', state: 'completed', problems: [], overdue: [] });
  expect(results.runs[0]).toMatchObject({
    runId: RUN,
    test: 'baseline',
    outcome: 'completed',
    released: true,
    summary,
    artifacts: [{ name: 'pgbench.log', key: `${RUN}/load/pgbench.log`, bytes: 2_048 }],
    missing: ['server.log'],
  });
});

test('a failed run carries its problem', () => {
  const results = suiteResults(SUITE, finishedRun('failed'));
  expect(results.state).toBe('failed');
  expect(results.runs[0]).toMatchObject({ outcome: 'failed', problem: { code: 'WORKLOAD_EXIT' } });
});

test('at every moment of a run the results are those of what has happened so far', () => {
  const events = finishedRun();
  const states = events.map((_, index) => suiteResults(SUITE, events.slice(0, index + 1)).runs[0]?.outcome);
  expect(new Set(states)).toEqual(new Set(['queued', 'running', 'completed']));
  expect(suiteResults(SUITE, []).state).toBe('unknown');
});

test('events of other suites are ignored', () => {
  const foreign = finishedRun('failed').map((event) => ({ ...event, correlation: 'other' }));
  const results = suiteResults(SUITE, [...foreign, ...finishedRun()]);
  expect(results).toEqual(suiteResults(SUITE, finishedRun()));
});
