import { z } from 'zod';

/**
 * Where a latency comes from: every transaction; a random sample of them; the tool's histogram (buckets of its own width);
 * the numbers that the tool prints.
 */
export const source = z.enum(['every-transaction', 'sampled-transactions', 'tool-histogram', 'tool-summary']);
export type Source = z.infer<typeof source>;

const latency = (description: string) => z.number().min(0).optional().meta({ description, 'x-unit': 'ms' });

/** What is told of a distribution of latencies; what a tool does not tell is not there. */
export const latencyShape = {
  latencyAverageMs: latency('Mean'),
  latencyStddevMs: latency('Standard deviation'),
  latencyP50Ms: latency('50th percentile'),
  latencyP90Ms: latency('90th percentile'),
  latencyP95Ms: latency('95th percentile'),
  latencyP99Ms: latency('99th percentile'),
  latencyP999Ms: latency('99.9th percentile'),
  latencyMaxMs: latency('Longest'),
};
export type LatencyName = keyof typeof latencyShape;
export const LATENCIES = Object.keys(latencyShape) as [LatencyName, ...LatencyName[]];

const transactions = (description: string) => z.int().min(0).meta({ description, 'x-unit': 'count' });

const measuresShape = {
  transactions: transactions('Transactions that succeeded'),
  failedTransactions: transactions('Transactions that failed'),
  tps: z.number().min(0).meta({ description: 'Throughput of those that succeeded', 'x-unit': 'transactions/s' }),
  ...latencyShape,
  sources: z.partialRecord(z.enum(LATENCIES), source).describe('Of each latency that is given: where it comes from'),
};

/** What was measured of all transactions, or of one type. */
export const measures = z.object(measuresShape);
export type Measures = z.infer<typeof measures>;

export const typeMeasures = z.object({
  name: z.string().min(1).describe('Type of transaction, as the tool calls it'),
  ...measuresShape,
});
export type TypeMeasures = z.infer<typeof typeMeasures>;
