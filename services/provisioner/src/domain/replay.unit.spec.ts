import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { deploymentView } from './deployment-view.ts';
import { runView } from './run-view.ts';

test.each(recordedLogs())('the deployments of %s are what they were when it was recorded', (_, events) => {
  const runs = Object.groupBy(events, ({ subject }) => /^evt\.(?:run|deployment)\.(.+)$/.exec(subject)?.[1] ?? '');
  const views = Object.entries(runs).flatMap(([runId, history = []]) => {
    if (runId === '') return [];
    const { plan, destroyed, ...deployment } = deploymentView(history);
    const { over, release, request, stage } = runView(history);
    const sequences = { plan, destroyed, over, release, request, stage };
    const at = Object.entries(sequences).map(([name, event]) => [name, event?.sequence]);
    return [{ runId, deployment, at: Object.fromEntries(at) as Record<string, number> }];
  });
  expect(views).toMatchSnapshot();
});
