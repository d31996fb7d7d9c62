import { expect, test } from 'vitest';
import { finishedRun, RUN } from '../testing/recorded.ts';
import { suiteResults } from './suite-results.ts';
import { stageDurations, timelineOf } from './timeline.ts';

const eventsOfRun = (end: 'completed' | 'failed' = 'completed') =>
  suiteResults('quick-abc123', finishedRun(end)).runs[0]?.events ?? [];

test('the timeline counts from the first event of the run and keeps log order', () => {
  const timeline = timelineOf(eventsOfRun(), (event) => event.subject);
  expect(timeline[0]).toEqual({ offsetMs: 0, sequence: 2, event: 'RunQueued', detail: `evt.run.${RUN}` });
  expect(timeline.at(-1)).toMatchObject({ event: 'RunReleased', offsetMs: 70_990 });
  expect(timelineOf([], () => '')).toEqual([]);
});

test('each stage lasts until the next one, and release until RunReleased', () => {
  expect(stageDurations(eventsOfRun()).map(({ stage, ms, ended }) => [stage, ms, ended])).toEqual([
    ['network', 1_000, true],
    ['provision', 2_000, true],
    ['database', 3_000, true],
    ['workload', 60_000, true],
    ['artifacts', 1_000, true],
    ['release', 2_000, true],
  ]);
});

test('a failure ends its stage', () => {
  expect(stageDurations(eventsOfRun('failed')).map(({ stage, ms }) => [stage, ms])).toEqual([
    ['network', 1_000],
    ['provision', 2_000],
    ['database', 3_000],
    ['workload', 1_000],
    ['release', 2_000],
  ]);
});

test('a stage that still runs says so', () => {
  const running = eventsOfRun().slice(0, 3);
  expect(stageDurations(running)).toEqual([
    { stage: 'network', attempt: 1, ms: 1_000, ended: true },
    { stage: 'provision', attempt: 1, ms: 0, ended: false },
  ]);
});
