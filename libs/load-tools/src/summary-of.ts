import type { WorkloadSummary } from '@benchbus/events';
import type { LatencyName, Measured, Source } from '@benchbus/results';
import { estimateStddevMs } from './estimate-stddev.ts';
import { incomplete } from './incomplete.ts';

const PERCENTILE_SOURCES: Readonly<Record<Source, WorkloadSummary['percentileSource']>> = {
  'every-transaction': 'every transaction',
  'sampled-transactions': 'every transaction',
  'tool-histogram': "the tool's histogram",
  'tool-summary': "the tool's summary",
};

const lagOf = ({ openLoop }: Measured): Pick<WorkloadSummary, 'scheduleLag' | 'skippedTransactions'> => {
  if (openLoop === undefined) return {};
  const {
    scheduleLagAverageMs: averageMs,
    scheduleLagP50Ms: p50Ms,
    scheduleLagP95Ms: p95Ms,
    scheduleLagP99Ms: p99Ms,
    scheduleLagP999Ms: p999Ms,
    scheduleLagMaxMs: maxMs,
    skippedTransactions,
  } = openLoop;
  const told = { averageMs, p50Ms, p95Ms, p99Ms, p999Ms, maxMs };
  return {
    ...(Object.values(told).some((value) => value === undefined)
      ? {}
      : { scheduleLag: told as NonNullable<WorkloadSummary['scheduleLag']> }),
    ...(skippedTransactions === undefined ? {} : { skippedTransactions }),
  };
};

/**
 * The summary of a result, as the log keeps it.
 * @throws BenchbusError TOOL_OUTPUT_INCOMPLETE where a latency is missing that every summary has
 */
export function summaryOf(of: Measured, serverVersion: string, startedAt: Date): WorkloadSummary {
  const { tool, total, durationSeconds, latencyOf, sampling, toolStarts, connectionsLost } = of;
  const told = (name: LatencyName): number => {
    const value = total[name];
    if (value === undefined) throw incomplete(tool.name, `${tool.name} tells no ${name}`);
    return value;
  };
  const { latencyStddevMs = estimateStddevMs(total) } = total;
  return {
    tool: tool.name,
    toolVersion: tool.version,
    serverVersion,
    durationSeconds,
    transactions: total.transactions,
    failedTransactions: total.failedTransactions,
    tps: total.tps,
    latencyAverageMs: told('latencyAverageMs'),
    latencyStddevMs,
    latencyP50Ms: told('latencyP50Ms'),
    latencyP95Ms: told('latencyP95Ms'),
    latencyP99Ms: told('latencyP99Ms'),
    latencyP999Ms: told('latencyP999Ms'),
    latencyMaxMs: told('latencyMaxMs'),
    percentileSource: PERCENTILE_SOURCES[total.sources.latencyP99Ms ?? 'tool-summary'],
    startedAt: startedAt.toISOString(),
    ...(latencyOf === undefined ? {} : { latencyOf }),
    ...(total.latencyStddevMs === undefined ? { estimated: ['latencyStddevMs' as const] } : {}),
    ...(sampling === undefined ? {} : { sampledShare: sampling.share }),
    ...lagOf(of),
    ...(toolStarts === undefined ? {} : { toolStarts }),
    ...(connectionsLost === undefined ? {} : { connectionsLost }),
  };
}
