import type { AnyRecorded } from '@benchbus/events';
import type { MetricsTable, ResultV1 } from '@benchbus/results';
import type { Plan } from '@benchbus/suites';
import type { Comparison } from '../domain/comparison.ts';
import type { RunResult, SuiteResults } from '../domain/suite-results.ts';

/** A run, with what it measured in full: its artifact, or as much of it as the log tells. */
export interface ReportRun {
  readonly run: RunResult;
  readonly result: ResultV1 | undefined;
  /** What was seen each second; not given: it is out of reach, or nobody looked. */
  readonly metrics?: MetricsTable | undefined;
}

/** A run, or, of one that measured several times, each measurement as if it were one: it has its number and its result. */
export const measurementsOfRun = (
  run: RunResult,
  results: readonly ResultV1[],
  metrics: readonly (MetricsTable | undefined)[] = [],
): ReportRun[] =>
  results.length < 2
    ? [{ run, result: results[0], metrics: metrics[0] }]
    : results.map((result, index) => ({ run: { ...run, repeat: index + 1 }, result, metrics: metrics[index] }));

export interface ReportTest {
  readonly name: string;
  readonly runs: readonly ReportRun[];
  /** Where it ran: the first run's; undefined: none was placed. */
  readonly plan: Plan | undefined;
}

/** All a report is made of. */
export interface Report {
  readonly suite: Pick<SuiteResults, 'suiteId' | 'name' | 'state' | 'problems'>;
  readonly tests: readonly ReportTest[];
  /** Against another suite, where one was named. */
  readonly comparison: Comparison | undefined;
  /** Who made it. */
  readonly createdBy: string;
}

/** What counts for a test's numbers: completed, and a measurement of the database. */
export const countedResults = ({ runs }: Pick<ReportTest, 'runs'>): ResultV1[] =>
  runs.flatMap(({ run, result }) =>
    run.outcome === 'completed' && result !== undefined && result.validity?.verdict !== 'invalid' ? [result] : [],
  );

const planOf = (events: readonly AnyRecorded[]): Plan | undefined =>
  events.find((event) => event.name === 'PlacementPlanned')?.data.plan;

/** Runs by test, in the suite's order. */
export function testsOf(runs: readonly ReportRun[]): ReportTest[] {
  return [...Map.groupBy(runs, ({ run }) => run.test)].map(([name, of]) => ({
    name,
    runs: of,
    plan: of.map(({ run }) => planOf(run.events)).find((plan) => plan !== undefined),
  }));
}
