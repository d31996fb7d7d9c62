import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { HdrHistogram } from './histogram.ts';

/** Denser towards the tail, as that is what is looked at. */
const PERCENTILES = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.995, 99.999] as const;

/**
 * The curve of a kept histogram: percentile (0 to 100) and latency in ms, ascending; no further than its count tells: of a
 * thousand values the 99.99th percentile is the longest, and nothing more.
 */
export function percentileCurve({ data, count }: HdrHistogram): (readonly [percentile: number, ms: number])[] {
  if (count === 0) return [];
  const histogram = decodeFromCompressedBase64(data);
  return PERCENTILES.filter((percentile) => percentile <= 100 * (1 - 1 / count) || percentile === 0).map(
    (percentile) => [percentile, histogram.getValueAtPercentile(percentile) / 1000] as const,
  );
}
