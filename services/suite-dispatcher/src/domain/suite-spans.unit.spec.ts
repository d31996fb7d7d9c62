import type { AnyRecorded } from '@benchbus/events';
import { expect, it } from 'vitest';
import { runSpans, suiteSpan, type SuiteOver } from './suite-spans.ts';

const at = (second: number) => new Date(second * 1000).toISOString();
const event = (name: string, second: number, data = {}) =>
  ({ id: `${name}@${second}`, name, time: at(second), data, correlation: 's' }) as AnyRecorded;
const stage = (name: string, second: number, attempt = 1) => event('RunStageStarted', second, { stage: name, attempt });
const brief = (spans: ReturnType<typeof runSpans>) =>
  spans.map(({ name, anchor, start, end, failed }) => [name, anchor.attempt, start / 1000, end / 1000, failed]);

it('a run is its queue, its stages and its release, one after the other', () => {
  const history = [
    event('RunQueued', 1),
    stage('network', 3),
    event('RunNetworkRequested', 3),
    stage('provision', 4),
    stage('database', 9),
    stage('database', 20, 2),
    stage('workload', 30),
    stage('artifacts', 90),
    event('RunCompleted', 92),
    event('RunReleaseRequested', 100),
    event('RunReleased', 101),
  ];
  expect(brief(runSpans('s', 's-1-1', history, 999_000))).toEqual([
    ['run', undefined, 1, 101, undefined],
    ['queue', 1, 1, 3, undefined],
    ['network', 1, 3, 4, undefined],
    ['provision', 1, 4, 9, undefined],
    ['database', 1, 9, 20, undefined],
    ['database', 2, 20, 30, undefined],
    ['workload', 1, 30, 90, undefined],
    ['artifacts', 1, 90, 92, undefined],
    ['release', 1, 92, 101, undefined],
  ]);
});

it('a failed run has failed in its last stage; what is not released ends with the suite', () => {
  const failed = event('RunFailed', 5, { problem: { code: 'NETWORK_TIMEOUT', message: '' } });
  expect(brief(runSpans('s', 's-1-1', [event('RunQueued', 1), stage('network', 2), failed], 60_000))).toEqual([
    ['run', undefined, 1, 60, 'NETWORK_TIMEOUT'],
    ['queue', 1, 1, 2, undefined],
    ['network', 1, 2, 5, 'NETWORK_TIMEOUT'],
    ['release', 1, 5, 60, undefined],
  ]);
});

it('a run that never was has a span all the same: others may have named it', () => {
  expect(brief(runSpans('s', 's-1-1', [], 60_000))).toEqual([['run', undefined, 60, 60, undefined]]);
});

it('a suite begins with its request, where that is still known', () => {
  const over = event('SuiteFailed', 100) as SuiteOver;
  const history = [event('SuiteAccepted', 2), over];
  expect(suiteSpan(history, over, 1_500)).toMatchObject({ start: 1_500, end: 100_000, failed: 'SuiteFailed' });
  expect(suiteSpan(history, over, undefined)).toMatchObject({ start: 2_000, parent: undefined });
});
