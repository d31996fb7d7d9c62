import type { WorkloadSummary } from '@benchbus/events';
import { RESULT_V1, type ResultV1 } from './result.v1.ts';
import type { LatencyName, Source } from './measures.ts';

const SOURCES: Readonly<Record<WorkloadSummary['percentileSource'], Source>> = {
  'every transaction': 'every-transaction',
  "the tool's histogram": 'tool-histogram',
  "the tool's summary": 'tool-summary',
};
const PERCENTILES = ['latencyP50Ms', 'latencyP95Ms', 'latencyP99Ms', 'latencyP999Ms', 'latencyMaxMs'] as const;
const MEANS = ['latencyAverageMs', 'latencyStddevMs'] as const;

const sourceOf = (name: LatencyName, { percentileSource, sampledShare }: WorkloadSummary): Source => {
  if (MEANS.some((mean) => mean === name)) return 'tool-summary';
  return sampledShare === undefined ? SOURCES[percentileSource] : 'sampled-transactions';
};

/** As much of a result as a run's summary in the log tells: of runs before this schema, or whose file is out of reach. */
export function resultFromSummary(summary: WorkloadSummary): ResultV1 {
  const { tool: name, toolVersion: version, transactions, failedTransactions, tps } = summary;
  const told = [...MEANS, ...PERCENTILES].filter((one) => one !== 'latencyStddevMs' || summary.estimated === undefined);
  const total = {
    ...{ transactions, failedTransactions, tps },
    ...Object.fromEntries(told.map((one) => [one, summary[one]])),
    sources: Object.fromEntries(told.map((one) => [one, sourceOf(one, summary)])),
  };
  const { startedAt, durationSeconds, latencyOf, sampledShare, toolStarts, connectionsLost, validity, faults } =
    summary;
  return {
    schema: RESULT_V1,
    tool: { name, version },
    ...{ startedAt, durationSeconds, total },
    ...(latencyOf === undefined ? {} : { latencyOf }),
    types: [],
    series: { source: 'tool-summary', points: [] },
    ...(sampledShare === undefined ? {} : { sampling: { share: sampledShare } }),
    ...(toolStarts === undefined ? {} : { toolStarts }),
    ...(connectionsLost === undefined ? {} : { connectionsLost }),
    ...(validity === undefined ? {} : { validity }),
    ...(faults === undefined ? {} : { faults }),
  };
}
