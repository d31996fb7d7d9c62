import type { WorkloadSummary } from '@benchbus/events';
import type { Workload } from '@benchbus/suites';

/** A number that a run measured. */
export interface Metric {
  /** Its field in the summary of a run. */
  readonly name: MetricName;
  readonly unit: 'transactions/s' | 'ms' | 'count';
  /** Which way is an improvement. */
  readonly better: 'higher' | 'lower';
}

type Numbers = { [K in keyof WorkloadSummary]: WorkloadSummary[K] extends number ? K : never };
export type MetricName = Exclude<Numbers[keyof WorkloadSummary], undefined>;

const latency = (name: MetricName): Metric => ({ name, unit: 'ms', better: 'lower' });

/** What can be compared between runs, in the order in which it is shown. */
export const METRICS: readonly Metric[] = [
  { name: 'tps', unit: 'transactions/s', better: 'higher' },
  latency('latencyAverageMs'),
  latency('latencyP50Ms'),
  latency('latencyP95Ms'),
  latency('latencyP99Ms'),
  latency('latencyP999Ms'),
  latency('latencyMaxMs'),
  { name: 'failedTransactions', unit: 'count', better: 'lower' },
];

/**
 * What decides about a workload: the throughput of a closed loop; of an open one, whose throughput is given, the 99th
 * percentile of the latency.
 */
export const primaryMetricOf = (workload: Workload): MetricName =>
  'rate' in workload && workload.rate !== undefined ? 'latencyP99Ms' : 'tps';
