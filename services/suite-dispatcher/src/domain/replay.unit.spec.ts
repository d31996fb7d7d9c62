import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { evolveSuite, initialSuiteState, type SuiteState } from './suite-state.ts';

test.each(recordedLogs())('the suites of %s are what they were when it was recorded', (_, events) => {
  const suites = new Map<string, SuiteState>();
  for (const event of events) {
    if (!/^evt\.(suite|run)\./.test(event.subject)) continue;
    suites.set(event.correlation, evolveSuite(suites.get(event.correlation) ?? initialSuiteState, event));
  }
  expect(suites).toMatchSnapshot();
});
