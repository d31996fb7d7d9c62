import { z } from 'zod';

const ms = (description: string) => z.number().min(0).optional().meta({ description, 'x-unit': 'ms' });
const count = (description: string) => z.int().min(0).optional().meta({ description, 'x-unit': 'count' });

/** Transactions come by the clock; latencies count from when one was due, so that a queue is in them. */
export const openLoop = z.object({
  rateTps: z.number().positive().meta({ description: 'The rate asked for', 'x-unit': 'transactions/s' }),
  scheduleLagAverageMs: ms('How late transactions began, mean'),
  scheduleLagP50Ms: ms('How late transactions began, 50th percentile'),
  scheduleLagP95Ms: ms('How late transactions began, 95th percentile'),
  scheduleLagP99Ms: ms('How late transactions began, 99th percentile'),
  scheduleLagP999Ms: ms('How late transactions began, 99.9th percentile'),
  scheduleLagMaxMs: ms('How late transactions began, longest'),
  latencyLimitMs: ms('What takes longer is late; what is late before it begins is skipped'),
  skippedTransactions: count('Not begun, as they were later than the limit'),
  lateTransactions: count('Took longer than the limit'),
});
export type OpenLoop = z.infer<typeof openLoop>;
