import { z } from 'zod';
import type { Measured, Measures } from '@benchbus/results';
import { incomplete } from '../incomplete.ts';
import { latenciesFrom } from '../latencies.ts';

const ms = z.number().min(0);

/** What k6, which stroppy is built on, writes with `--summary-export` and the statistics that STATISTICS names. */
const summary = z.object({
  metrics: z.object({
    iterations: z.object({ count: z.number().min(0), rate: z.number().min(0) }),
    iteration_duration: z.object({
      avg: ms,
      max: ms,
      med: ms,
      'p(90)': ms,
      'p(95)': ms,
      'p(99)': ms,
      'p(99.9)': ms,
    }),
    tx_error_rate: z.object({ passes: z.int().min(0) }).optional(),
  }),
});

export const STATISTICS = 'avg,min,med,max,p(90),p(95),p(99),p(99.9)';

/** An iteration of the script is the transaction; what failed is told by stroppy 4 alone. @throws BenchbusError TOOL_OUTPUT_INCOMPLETE */
export function measuredByStroppy(exported: string | undefined, version: string): Measured {
  let json: unknown;
  try {
    json = JSON.parse(exported ?? '');
  } catch {
    throw incomplete('stroppy', 'the summary that it exports is not there, or is no JSON');
  }
  const { data } = summary.safeParse(json);
  if (data === undefined || data.metrics.iterations.rate === 0)
    throw incomplete('stroppy', 'the summary that it exports tells no iterations and their duration');
  const { iterations, iteration_duration: took, tx_error_rate: errors } = data.metrics;
  const failedTransactions = Math.min(errors?.passes ?? 0, iterations.count);
  const transactions = iterations.count - failedTransactions;
  const durationSeconds = iterations.count / iterations.rate;
  const total: Measures = {
    ...{ transactions, failedTransactions },
    tps: Math.round((transactions / durationSeconds) * 1000) / 1000,
    ...latenciesFrom('tool-summary', {
      latencyAverageMs: took.avg,
      latencyP50Ms: took.med,
      latencyP90Ms: took['p(90)'],
      latencyP95Ms: took['p(95)'],
      latencyP99Ms: took['p(99)'],
      latencyP999Ms: took['p(99.9)'],
      latencyMaxMs: took.max,
    }),
  };
  return {
    tool: { name: 'stroppy', version },
    ...{ durationSeconds, total },
    types: [{ name: 'iteration', ...total }],
    series: { source: 'tool-summary', points: [] },
  };
}
