import { exampleTest } from '@benchbus/suites/testing';
import { expect, it } from 'vitest';
import { measuredTests } from './measured-tests.ts';
import type { RunResult, SuiteResults } from './suite-results.ts';
import { testStatistics } from './test-statistics.ts';

const run = (tps: number, verdict: 'valid' | 'invalid' | undefined): RunResult =>
  ({
    test: 'small',
    outcome: 'completed',
    summary: { tps, ...(verdict === undefined ? {} : { validity: { verdict, reasons: [] } }) },
    events: [{ name: 'RunQueued', subject: 'evt.run.r', data: { test: exampleTest() } }],
  }) as never;
const suite = (...runs: RunResult[]): SuiteResults => ({ suiteId: 's', runs }) as never;

it('leaves out what was no measurement of the database, and says how many, unless asked for them, too', () => {
  const found = suite(run(100, 'valid'), run(50, 'invalid'), run(110, undefined));
  const tpsOf = (invalidToo: boolean) => {
    const test = measuredTests(found, invalidToo).get('small');
    return [test?.summaries.map(({ tps }) => tps), test?.invalid];
  };
  expect(tpsOf(false)).toEqual([[100, 110], 1]);
  expect(tpsOf(true)).toEqual([[100, 50, 110], 0]);
});

it('takes every measurement of a run that measured several times, each judged by itself', () => {
  const { summary: one } = run(100, 'valid');
  const { summary: two } = run(90, 'invalid');
  const found = suite({ ...run(100, 'valid'), repeats: [one, two, one] } as RunResult, run(95, 'valid'));
  const test = measuredTests(found).get('small');
  expect(test?.summaries.map(({ tps }) => tps)).toEqual([100, 100, 95]);
  expect(test?.invalid).toBe(1);
  expect(testStatistics(found)).toMatchObject([{ test: 'small', samples: 3, invalid: 1 }]);
  expect(testStatistics(found)[0]?.metrics[0]).toMatchObject({ name: 'tps', count: 3, median: 100, least: 95 });
});
