// What runs measured, held against each other: pure.
export { METRICS, primaryMetricOf, type Metric, type MetricName } from './metrics.ts';
export { compareTest, type ComparedMetric, type ComparedTest, type MeasuredTest } from './compare/compare.ts';
export type { Difference } from './compare/differences.ts';
export {
  CONFIDENCE,
  meanInterval,
  METHOD,
  MIN_SAMPLES,
  ratioInterval,
  type RatioInterval,
} from './compare/ratio-interval.ts';
export { statisticsOf, type SampleStatistics } from './compare/sample.ts';
export { verdictOf, type Verdict } from './compare/verdict.ts';
export { DEFAULT_LIMITS, type Canary, type Observation, type ValidityLimits } from './validity/observation.ts';
export { validityOf, type InvalidReason, type Validity } from './validity/validity.ts';
export { isCounted, middleOf, repeatedMetrics, samplesOf, type RepeatedMetric } from './repeats.ts';
export * from './schema/index.ts';
export { METRICS_FILE, parseMetrics, valuesOf, type MetricsTable } from './metrics-table.ts';
export { coTenants } from './sharing/co-tenants.ts';
export { readSharing } from './sharing/read-sharing.ts';
