export { LATENCIES, type LatencyName, type Measures, type Source, type TypeMeasures } from './measures.ts';
export type { Environment } from './environment.ts';
export type { HdrHistogram } from './histogram.ts';
export type { OpenLoop } from './open-loop.ts';
export type { Series, SeriesPoint } from './series.ts';
export { RESULT_V1, resultV1, type Measured, type ResultV1 } from './result.v1.ts';
export { resultFromSummary } from './from-summary.ts';
export { resultJsonSchema } from './json-schema.ts';
export { percentileCurve } from './percentiles.ts';
