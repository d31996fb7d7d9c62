import type { WorkloadSummary } from '@benchbus/events';
import type { Test } from '@benchbus/suites';
import { METRICS, primaryMetricOf, type Metric } from '../metrics.ts';
import { differencesOf, type Difference } from './differences.ts';
import { MIN_SAMPLES, ratioInterval, type RatioInterval } from './ratio-interval.ts';
import { statisticsOf, type SampleStatistics } from './sample.ts';
import { verdictOf, type Verdict } from './verdict.ts';

/** One test of a side: what was asked, what was there, and what each run of it measured. */
export interface MeasuredTest {
  readonly test: Test;
  /** Versions, settings in effect, host: what may explain a difference. */
  readonly environment: Readonly<Record<string, unknown>>;
  readonly summaries: readonly WorkloadSummary[];
  /** Runs that are left out, as they were no measurement of the database. */
  readonly invalid?: number;
}

export interface ComparedMetric extends Metric {
  readonly a: SampleStatistics | undefined;
  readonly b: SampleStatistics | undefined;
  /** Of B over A; undefined: too few values, or one that is not positive. */
  readonly interval: RatioInterval | undefined;
}

export interface ComparedTest {
  readonly test: string;
  /** Runs of each side that were left out as invalid. */
  readonly leftOut: { readonly a: number; readonly b: number };
  /** Decides: `primary`'s verdict. */
  readonly verdict: Verdict;
  /** Why it is inconclusive, for people. */
  readonly reason?: string;
  readonly primary: ComparedMetric;
  /** For information. */
  readonly others: readonly ComparedMetric[];
  readonly differences: readonly Difference[];
}

const valuesOf = (summaries: readonly WorkloadSummary[], { name }: Metric): number[] =>
  summaries.map((summary) => summary[name]);

function compareMetric(metric: Metric, a: MeasuredTest, b: MeasuredTest): ComparedMetric {
  const [left, right] = [valuesOf(a.summaries, metric), valuesOf(b.summaries, metric)];
  const statistics = (values: readonly number[]) => (values.length === 0 ? undefined : statisticsOf(values));
  return { ...metric, a: statistics(left), b: statistics(right), interval: ratioInterval(left, right) };
}

const percent = (factor: number) => `${(factor * 100).toFixed(1)} %`;

function reasonOf({ a, b, interval }: ComparedMetric): string {
  if (interval !== undefined)
    return `the interval is ${percent(interval.high / interval.ratio - 1)} wide on either side: more repeats narrow it`;
  const [few, many] = [a?.count ?? 0, b?.count ?? 0];
  return few < MIN_SAMPLES || many < MIN_SAMPLES
    ? `${few} and ${many} runs: ${MIN_SAMPLES} on each side are the least that tell their spread`
    : 'a value is not positive, so that there is no ratio';
}

/** What differs between the sides' tests; their names do, of course. */
function differences(a: MeasuredTest, b: MeasuredTest): Difference[] {
  const told = ({ test: { name: _, description: __, labels: ___, ...asked }, environment }: MeasuredTest) => ({
    ...asked,
    environment,
  });
  return differencesOf(told(a), told(b));
}

/**
 * B held against A, by the primary metric of A's workload.
 * @param margin a factor: a change below it is of no interest
 */
export function compareTest(name: string, a: MeasuredTest, b: MeasuredTest, margin: number): ComparedTest {
  const metrics = METRICS.map((metric) => compareMetric(metric, a, b));
  const wanted = primaryMetricOf(a.test.workload);
  const primary = metrics.find((metric) => metric.name === wanted);
  if (primary === undefined) throw new TypeError(`${wanted} is no metric`);
  const verdict = verdictOf(primary.interval, primary.better, margin);
  return {
    test: name,
    leftOut: { a: a.invalid ?? 0, b: b.invalid ?? 0 },
    verdict,
    ...(verdict === 'inconclusive' ? { reason: reasonOf(primary) } : {}),
    primary,
    others: metrics.filter((metric) => metric !== primary),
    differences: differences(a, b),
  };
}
