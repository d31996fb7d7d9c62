import { z } from 'zod';
import { faultResult } from './fault-result.ts';
import { instant } from './values.ts';

const latency = (description: string) => z.number().meta({ description, 'x-unit': 'ms' });

/** A verdict on a measurement, by what was seen of the machine and the load tool meanwhile. */
export const validity = z.strictObject({
  verdict: z.enum(['valid', 'invalid']).describe('Invalid: it tells of something else than the database'),
  reasons: z
    .array(
      z.strictObject({
        reason: z.enum(['client saturated', 'noisy host', 'interrupted']).describe('What spoils it'),
        detail: z.string().describe('What was seen, with figures'),
      }),
    )
    .describe('What speaks against it; none: it is valid'),
});

/** What a load tool measured. */
export const workloadSummary = z.strictObject({
  tool: z.string().describe('Load tool'),
  toolVersion: z.string().describe('Its version, as it says'),
  serverVersion: z.string().describe('Version of the database server, as it says'),
  durationSeconds: z
    .number()
    .meta({ description: 'Length of the measured part, without set-up and warm-up', 'x-unit': 's' }),
  transactions: z.int().meta({ description: 'Transactions that succeeded', 'x-unit': 'count' }),
  failedTransactions: z.int().meta({ description: 'Transactions that failed', 'x-unit': 'count' }),
  tps: z.number().meta({ description: 'Throughput without connection time', 'x-unit': 'transactions/s' }),
  latencyAverageMs: latency('Mean latency'),
  latencyStddevMs: latency('Standard deviation of the latency'),
  latencyP50Ms: latency('Latency, 50th percentile'),
  latencyP95Ms: latency('Latency, 95th percentile'),
  latencyP99Ms: latency('Latency, 99th percentile'),
  latencyP999Ms: latency('Latency, 99.9th percentile'),
  latencyMaxMs: latency('Longest latency'),
  percentileSource: z
    .enum(['every transaction', "the tool's histogram", "the tool's summary"])
    .describe('Where the percentiles come from'),
  startedAt: instant.describe('Start of the measured part; UTC, RFC 3339'),
  latencyOf: z
    .string()
    .optional()
    .describe(
      'The type of transaction whose latencies these are, where the tool tells them by type alone; not given: all',
    ),
  estimated: z
    .array(z.enum(['latencyStddevMs']))
    .optional()
    .describe('What the tool does not tell and was estimated from its percentiles; not given: nothing'),
  sampledShare: z.number().gt(0).lt(1).optional().meta({
    description: 'Of the transactions, those that were logged, by chance: percentiles are theirs; not given: all were',
    'x-unit': 'factor',
  }),
  scheduleLag: z
    .strictObject({
      averageMs: latency('Mean'),
      p50Ms: latency('50th percentile'),
      p95Ms: latency('95th percentile'),
      p99Ms: latency('99th percentile'),
      p999Ms: latency('99.9th percentile'),
      maxMs: latency('Longest'),
    })
    .optional()
    .describe('How late transactions began that came by the clock; not given: a closed loop'),
  skippedTransactions: z.int().min(0).optional().meta({
    description: 'Transactions that were not begun, being later than the latency limit; not given: there was no limit',
    'x-unit': 'count',
  }),
  toolStarts: z.int().min(1).optional().meta({
    description:
      'How often the load tool was started for the measured part: again after each fault that ended it; not given: once',
    'x-unit': 'count',
  }),
  connectionsLost: z.int().min(0).optional().meta({
    description:
      'Connections of the load tool that a fault broke; not given: no faults were planned, or the tool does not say it',
    'x-unit': 'count',
  }),
  validity: validity
    .optional()
    .describe('Whether it is a measurement of the database, and why not; not given: nobody judged it'),
  faults: z.array(faultResult).optional().describe('What each fault of the test cost; not given: none was planned'),
});
export type WorkloadSummary = z.infer<typeof workloadSummary>;

/** What a run with several measurements (`reset: none`) measured. */
export const repeatSummaries = z
  .array(workloadSummary)
  .min(2)
  .describe(
    'Of a test that repeats without a reset, each measurement in order; `summary` is the one in the middle by its primary metric; not given: there was one',
  );
