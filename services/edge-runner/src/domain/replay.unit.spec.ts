import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { attemptsOf, unfinished } from './edge-view.ts';
import { viewRun } from './run-view.ts';

test.each(recordedLogs())('the work of nodes and runs in %s is what it was when it was recorded', (_, events) => {
  const histories = Object.entries(Object.groupBy(events, ({ subject }) => subject));
  const views = histories.flatMap<object>(([subject, history = []]) => {
    if (subject.startsWith('evt.run.')) return [{ subject, run: viewRun(history) }];
    if (!subject.startsWith('evt.edge.')) return [];
    const attempts = (['database', 'workload'] as const).flatMap((kind) =>
      attemptsOf(history, kind).map(({ attempt, outcome }) => `${kind} ${attempt}: ${outcome?.name}`),
    );
    return [{ subject, attempts, unfinished: unfinished(history) }];
  });
  expect(views).toMatchSnapshot();
});
