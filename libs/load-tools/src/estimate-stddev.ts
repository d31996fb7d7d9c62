import type { Measures } from '@benchbus/results';

/**
 * Standard deviation of a distribution of which only the mean, percentiles and maximum are told: values between two known
 * percentiles are taken as spread evenly. Coarse; whoever shows it says that it is an estimate. ms
 */
export function estimateStddevMs(of: Measures): number {
  const knots: [share: number, value: number][] = [[0, 0]];
  for (const [share, value] of [
    [0.5, of.latencyP50Ms],
    [0.9, of.latencyP90Ms],
    [0.95, of.latencyP95Ms],
    [0.99, of.latencyP99Ms],
    [0.999, of.latencyP999Ms],
    [1, of.latencyMaxMs],
  ] as const)
    if (value !== undefined) knots.push([share, value]);
  const mean = of.latencyAverageMs ?? 0;
  let square = 0;
  knots.slice(1).forEach(([share, value], index) => {
    const [before, low] = knots[index] ?? [0, 0];
    // Mean square distance from the mean of an even spread between low and value.
    const [a, b] = [low - mean, value - mean];
    square += ((share - before) * (a * a + a * b + b * b)) / 3;
  });
  return Math.round(Math.sqrt(square) * 1000) / 1000;
}
