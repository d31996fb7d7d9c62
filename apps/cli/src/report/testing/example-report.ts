import type { ResultV1 } from '@benchbus/results';
import type { RunResult } from '../../domain/suite-results.ts';
import { testsOf, type Report, type ReportRun } from '../report.ts';

const START = Date.parse('2026-06-01T12:00:00Z');
const event = (name: string, second: number, data: object = {}): never =>
  ({
    name,
    time: new Date(START + second * 1000).toISOString(),
    subject: 'evt.run.r',
    sequence: second,
    data,
  }) as never;

/** A result of ten seconds, `factor` times as fast as 1,000 tps. */
export function result(factor: number, more: Partial<ResultV1> = {}): ResultV1 {
  const points = Array.from({ length: 10 }, (_, second) => ({
    second,
    tps: (1000 + 50 * Math.sin(second)) * factor,
    latencyAverageMs: 2 / factor,
    latencyMaxMs: 9 / factor,
  }));
  return {
    schema: 'benchbus.io/result/v1',
    tool: { name: 'pgbench', version: '17.1' },
    durationSeconds: 10,
    total: {
      transactions: 10_000,
      failedTransactions: 0,
      tps: 1000 * factor,
      latencyAverageMs: 2,
      latencyP50Ms: 1.8,
      latencyP95Ms: 4,
      latencyP99Ms: 9,
      latencyP999Ms: 20,
      sources: {},
    },
    types: [],
    series: { source: 'every-transaction', points },
    startedAt: new Date(START).toISOString(),
    ...more,
  };
}

/** A run of a test that measured this; undefined: it failed. */
export function run(test: string, repeat: number, of: ResultV1 | undefined, more: Partial<RunResult> = {}): ReportRun {
  const events = [
    event('RunStageStarted', 0, { stage: 'network', attempt: 1 }),
    event('RunStageStarted', 2, { stage: 'workload', attempt: 1 }),
    event('RunCompleted', 14),
  ];
  const base = { runId: `${test}-${repeat}`, test, repeat, released: true, artifacts: [], missing: [], labels: {} };
  return { run: { ...base, outcome: of ? 'completed' : 'failed', events, ...more } as RunResult, result: of };
}

export const report = (runs: readonly ReportRun[]): Report => ({
  suite: { suiteId: 'suite-1', name: 'A <suite> & more', state: 'completed', problems: [] },
  tests: testsOf(runs),
  comparison: undefined,
  createdBy: 'benchbus 0.1.0',
});
