import { z } from 'zod';
import { source } from './measures.ts';

/** A whole distribution, to be merged and read by any HdrHistogram library. */
export const hdrHistogram = z.object({
  source: source.describe('Where the counts come from'),
  encoding: z.literal('HdrHistogram-V2-deflate-base64').describe('How `data` is written'),
  unit: z.literal('us').describe('Unit of the values: microseconds'),
  significantDigits: z.int().min(1).max(5).describe('Decimal digits to which a value is exact'),
  count: z.int().min(0).meta({ description: 'Values in it', 'x-unit': 'count' }),
  data: z.string().describe('The histogram'),
});
export type HdrHistogram = z.infer<typeof hdrHistogram>;
