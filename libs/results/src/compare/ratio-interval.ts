import jstat from 'jstat';
import { mean, variance } from './sample.ts';

export interface RatioInterval {
  /** Geometric mean of B over that of A. */
  readonly ratio: number;
  /** The interval that holds the true ratio with `CONFIDENCE`. */
  readonly low: number;
  readonly high: number;
}

export const CONFIDENCE = 0.95;
/** Fewer values on a side tell nothing about their spread. */
export const MIN_SAMPLES = 3;
export const METHOD = `Welch's t-interval of the difference of the mean logarithms, ${CONFIDENCE * 100} %`;

/**
 * The ratio B/A of two samples with its interval: Welch's unequal variances t-interval (Welch 1947, degrees of freedom by
 * Welch-Satterthwaite) for the difference of the means of the logarithms, taken back. Because: a run gives one value, and
 * few of them are had, so the interval must hold for small samples, which a bootstrap's does not; effects on speed multiply,
 * so ratios of throughput and latency are closer to normal as logarithms; and the sides need not spread alike.
 * Undefined with fewer than MIN_SAMPLES values on a side, or with a value that has no logarithm.
 */
export function ratioInterval(a: readonly number[], b: readonly number[]): RatioInterval | undefined {
  if (a.length < MIN_SAMPLES || b.length < MIN_SAMPLES) return undefined;
  if (![...a, ...b].every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
  const difference = mean(logB) - mean(logA);
  const [partA, partB] = [variance(logA) / a.length, variance(logB) / b.length];
  const both = partA + partB;
  if (both === 0) return { ratio: Math.exp(difference), low: Math.exp(difference), high: Math.exp(difference) };
  const freedom = both ** 2 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1));
  const half = jstat.studentt.inv(1 - (1 - CONFIDENCE) / 2, freedom) * Math.sqrt(both);
  return { ratio: Math.exp(difference), low: Math.exp(difference - half), high: Math.exp(difference + half) };
}

/**
 * The interval of the geometric mean of one sample, by the same reasoning: Student's t of the logarithms, taken back.
 * Undefined with fewer than MIN_SAMPLES values, or with one that has no logarithm.
 */
export function meanInterval(values: readonly number[]): { readonly low: number; readonly high: number } | undefined {
  if (values.length < MIN_SAMPLES || !values.every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const logs = values.map(Math.log);
  const quantile = jstat.studentt.inv(1 - (1 - CONFIDENCE) / 2, values.length - 1);
  const half = quantile * Math.sqrt(variance(logs) / values.length);
  return { low: Math.exp(mean(logs) - half), high: Math.exp(mean(logs) + half) };
}
