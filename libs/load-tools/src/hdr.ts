import type { HdrHistogram, Source } from '@benchbus/results';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { LatencyHistogram } from './latency-histogram.ts';

const SIGNIFICANT_DIGITS = 3;
/** Ranges grow by themselves above it. */
const FIRST_RANGE_US = 60_000_000;

/** A distribution as HdrHistogram writes it, which a few kB hold whatever the number of transactions. */
export function toHdr(histogram: LatencyHistogram, source: Source): HdrHistogram {
  const hdr = build({
    bitBucketSize: 64,
    autoResize: true,
    lowestDiscernibleValue: 1,
    highestTrackableValue: FIRST_RANGE_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    useWebAssembly: false,
  });
  for (const [micros, count] of histogram.entries()) hdr.recordValueWithCount(micros, count);
  return {
    source,
    encoding: 'HdrHistogram-V2-deflate-base64',
    unit: 'us',
    significantDigits: SIGNIFICANT_DIGITS,
    count: histogram.total,
    data: encodeIntoCompressedBase64(hdr),
  };
}
