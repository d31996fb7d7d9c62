import { repeatedMetrics, type RepeatedMetric } from '@benchbus/results';
import { measuredTests } from './measured-tests.ts';
import type { SuiteResults } from './suite-results.ts';

/** One test over all of its repeats. */
export interface TestStatistics {
  readonly test: string;
  /** Valid measurements of completed runs: what the metrics are of. */
  readonly samples: number;
  /** Left out as no measurements of the database. */
  readonly invalid: number;
  readonly metrics: readonly RepeatedMetric[];
}

/** Of each test that has completed runs: median, spread and number of samples of every metric. */
export const testStatistics = (results: SuiteResults): TestStatistics[] =>
  [...measuredTests(results)].map(([test, { summaries, invalid = 0 }]) => ({
    test,
    samples: summaries.length,
    invalid,
    metrics: repeatedMetrics(summaries),
  }));
