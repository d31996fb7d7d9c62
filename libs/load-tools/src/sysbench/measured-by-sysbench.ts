import type { Measured, Measures } from '@benchbus/results';
import { toHdr } from '../hdr.ts';
import { incomplete } from '../incomplete.ts';
import { latenciesFrom, latenciesOf } from '../latencies.ts';
import { parseSysbench } from './parse-output.ts';

/**
 * What sysbench measured: mean and maximum as it says, percentiles of its whole histogram.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE
 */
export function measuredBySysbench(stdout: string, script: string, rateTps: number | undefined): Measured {
  const parsed = parseSysbench(stdout);
  if (!parsed.ok) throw incomplete('sysbench', `sysbench's output lacks ${parsed.missing.join(', ')}`);
  const { version, transactions, ignoredErrors, totalSeconds, histogram, points, ...told } = parsed.output;
  if (transactions === 0) throw incomplete('sysbench', 'sysbench processed no transaction');
  if (histogram.total !== transactions)
    throw incomplete('sysbench', `sysbench reports ${transactions} transactions, its histogram has ${histogram.total}`);
  const { latencyAverageMs, latencyMaxMs } = told;
  const own = latenciesFrom('tool-summary', { latencyAverageMs, latencyMaxMs });
  const whole = latenciesOf(histogram, 'tool-histogram');
  const total: Measures = {
    ...{ transactions, failedTransactions: ignoredErrors },
    tps: Math.round((transactions / totalSeconds) * 1000) / 1000,
    ...{ ...whole, ...own, sources: { ...whole.sources, ...own.sources } },
  };
  return {
    tool: { name: 'sysbench', version },
    ...{ durationSeconds: totalSeconds, total },
    types: [{ name: script, ...total }],
    ...(rateTps === undefined ? {} : { openLoop: { rateTps } }),
    histogram: toHdr(histogram, 'tool-histogram'),
    series: { source: 'tool-summary', points: [...points] },
  };
}
