import { readFileSync } from 'node:fs';
import type { Recorded, WorkloadSummary } from '@benchbus/events';
import { measuredByGoTpc, measuredBySysbench, summaryOf } from '@benchbus/load-tools';
import type { Workload } from '@benchbus/suites';
import { exampleHardware } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { compareNumbers, measurementsIn } from './recompute.ts';

const fixture = (tool: string) =>
  readFileSync(new URL(`../../../load-tools/src/${tool}/fixtures/normal.stdout.txt`, import.meta.url), 'utf8');
const times = { warmupMs: 0, durationMs: 3000, hardware: exampleHardware() };
const startedAt = new Date('2026-11-28T18:00:00.123Z');
const LINES = '{"type":"transaction","latencyMs":1.5}\n{"type":"transaction","latencyMs":2.5}\n';

const goTpc: Workload = { tool: 'go-tpc', benchmark: 'tpcc', warehouses: 1, threads: 2, ignoreErrors: false, ...times };
const sysbench: Workload = {
  ...{ tool: 'sysbench', script: 'oltp_read_write', tables: 1, tableSize: 1000, threads: 2 },
  ...times,
};
const command: Workload = { tool: 'command', command: ['x'], environment: {}, ...times };

/** What is found wrong, of a run with this summary. */
function findings(summary: WorkloadSummary, raw: { workload?: Workload; output?: string }): string[] {
  const found: string[] = [];
  const run = { data: { summary } } as Recorded<'RunCompleted'>;
  for (const measured of measurementsIn(run))
    compareNumbers(run, measured, raw, (code, _, message) => found.push(`${code} ${message}`));
  return found;
}

describe('the numbers of other tools than pgbench', () => {
  it.each([
    ['go-tpc', goTpc, fixture('go-tpc'), summaryOf(measuredByGoTpc(fixture('go-tpc'), 'v1.0.12'), '15.1', startedAt)],
    [
      'sysbench',
      sysbench,
      fixture('sysbench'),
      summaryOf(measuredBySysbench(fixture('sysbench'), 'oltp_read_write', undefined), '15.1', startedAt),
    ],
  ])('%s: come to the same by its output, and a changed one is found', (tool, workload, output, summary) => {
    expect(findings(summary, { workload, output })).toEqual([]);
    expect(findings({ ...summary, tps: summary.tps + 1 }, { workload, output })).toEqual([
      expect.stringMatching(/^NUMBER_DIFFERS tps is /),
    ]);
    expect(findings(summary, { workload })).toEqual([`RAW_MISSING ${tool}.stdout.txt is not there`]);
    expect(findings(summary, { workload, output: output.slice(0, 300) })).toEqual([
      expect.stringMatching(/^NUMBER_DIFFERS /),
    ]);
  });

  it('a command: by its lines, with the length that the runner saw', () => {
    const summary: WorkloadSummary = {
      ...{ tool: 'command', toolVersion: 'unknown', serverVersion: '15.1', durationSeconds: 4 },
      ...{ transactions: 2, failedTransactions: 0, tps: 0.5, latencyAverageMs: 2, latencyStddevMs: 0.5 },
      ...{ latencyP50Ms: 1.5, latencyP95Ms: 2.5, latencyP99Ms: 2.5, latencyP999Ms: 2.5, latencyMaxMs: 2.5 },
      percentileSource: 'every transaction',
      startedAt: startedAt.toISOString(),
    };
    expect(findings(summary, { workload: command, output: LINES })).toEqual([]);
    expect(findings({ ...summary, transactions: 3 }, { workload: command, output: LINES })).toHaveLength(1);
  });
});
