export interface SampleStatistics {
  readonly count: number;
  readonly median: number;
  /** Least and greatest. */
  readonly least: number;
  readonly greatest: number;
  /** Sample standard deviation over the mean (coefficient of variation), a factor; undefined for fewer than two values, or a mean of 0. */
  readonly relativeDeviation: number | undefined;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Unbiased: over n - 1. Of at least two values. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

function median(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] = [sorted[half - 1 + (sorted.length % 2)], sorted[half]];
  return (low + high) / 2;
}

/** Of one metric, each value from a run of its own. @throws RangeError for no values */
export function statisticsOf(values: readonly number[]): SampleStatistics {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  const [least = Number.NaN, greatest = least] = [sorted[0], sorted.at(-1)];
  const middle = Math.abs(mean(values));
  const relativeDeviation = values.length < 2 || middle === 0 ? undefined : Math.sqrt(variance(values)) / middle;
  return { count: values.length, median: median(sorted), least, greatest, relativeDeviation };
}
