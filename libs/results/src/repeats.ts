import type { WorkloadSummary } from '@benchbus/events';
import type { Workload } from '@benchbus/suites';
import { statisticsOf, type SampleStatistics } from './compare/sample.ts';
import { METRICS, primaryMetricOf, type Metric } from './metrics.ts';

/** One metric over all repeats of a test. */
export interface RepeatedMetric extends Metric, SampleStatistics {}

/** What a run measured, in order: one measurement, or, without a reset, each of its repeats. */
export const samplesOf = (run: {
  readonly summary?: WorkloadSummary | undefined;
  readonly repeats?: readonly WorkloadSummary[] | undefined;
}): readonly WorkloadSummary[] => run.repeats ?? (run.summary === undefined ? [] : [run.summary]);

/** Whether it counts: it was not found to be one of something else than the database. */
export const isCounted = ({ validity }: Pick<WorkloadSummary, 'validity'>): boolean => validity?.verdict !== 'invalid';

/** Each metric over these measurements; of none, nothing. */
export const repeatedMetrics = (summaries: readonly WorkloadSummary[]): RepeatedMetric[] =>
  summaries.length === 0
    ? []
    : METRICS.map((metric) => ({ ...metric, ...statisticsOf(summaries.map((summary) => summary[metric.name])) }));

/**
 * The measurement in the middle by the workload's primary metric, from 0: a real one, whose numbers belong together, as medians
 * of each metric would not. Of two in the middle it is the worse; those that count go before those that do not.
 */
export function middleOf(summaries: readonly WorkloadSummary[], workload: Workload): number {
  const wanted = primaryMetricOf(workload);
  const higherIsBetter = METRICS.find(({ name }) => name === wanted)?.better === 'higher';
  const counted = summaries.some(isCounted) ? summaries.filter(isCounted) : summaries;
  const worstFirst = counted.toSorted((a, b) => (a[wanted] - b[wanted]) * (higherIsBetter ? 1 : -1));
  const middle = worstFirst[Math.floor((worstFirst.length - 1) / 2)];
  return middle === undefined ? 0 : summaries.indexOf(middle);
}
