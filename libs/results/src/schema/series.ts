import { z } from 'zod';
import { latencyShape, source } from './measures.ts';

/** One second of the measured part, or the tool's own interval that ended in it. */
export const seriesPoint = z.object({
  second: z.int().min(0).meta({ description: 'Since the start of the measured part, begun seconds', 'x-unit': 's' }),
  tps: z.number().min(0).meta({ description: 'Transactions that succeeded in it', 'x-unit': 'transactions/s' }),
  failedTps: z.number().min(0).optional().meta({ description: 'Transactions that failed', 'x-unit': 'transactions/s' }),
  latencyAverageMs: latencyShape.latencyAverageMs,
  latencyP95Ms: latencyShape.latencyP95Ms,
  latencyMaxMs: latencyShape.latencyMaxMs,
});
export type SeriesPoint = z.infer<typeof seriesPoint>;

export const series = z.object({
  source: source.describe('Where the points come from'),
  points: z.array(seriesPoint).describe('By second, ascending; a second without a point: nothing ended in it'),
});
export type Series = z.infer<typeof series>;
