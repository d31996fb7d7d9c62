import type { WorkloadSummary } from '@benchbus/events';
import {
  CommandReader,
  measuredByCommand,
  measuredByGoTpc,
  measuredByStroppy,
  measuredBySysbench,
  summaryOf,
} from '@benchbus/load-tools';
import type { Workload } from '@benchbus/suites';

/** The file that holds what the numbers of a tool's run are read from; pgbench has more than one (recompute.ts). */
export const outputOf = (tool: string): string =>
  tool === 'stroppy' ? 'stroppy.summary.json.txt' : `${tool}.stdout.txt`;

function measuredAgain(summary: WorkloadSummary, workload: Workload, output: string) {
  switch (workload.tool) {
    case 'go-tpc':
      return measuredByGoTpc(output, summary.toolVersion);
    case 'sysbench':
      return measuredBySysbench(output, workload.script, workload.rate);
    case 'stroppy':
      return measuredByStroppy(output, summary.toolVersion);
    case 'command': {
      const { warmupMs } = workload;
      const reader = new CommandReader({ fromMs: Date.parse(summary.startedAt) + warmupMs, warmupMs });
      reader.push(Buffer.from(output));
      reader.end();
      // How long it took was seen by the runner alone.
      return measuredByCommand(reader, summary.durationSeconds);
    }
    case 'pgbench':
      return undefined;
  }
}

/**
 * The summary of a run as the raw output of its tool has it; undefined for a tool that is read otherwise.
 * @throws BenchbusError what the output lacks
 */
export function summaryByTool(
  summary: WorkloadSummary,
  workload: Workload,
  output: string,
): WorkloadSummary | undefined {
  if (workload.tool !== summary.tool) return undefined;
  const again = measuredAgain(summary, workload, output);
  return again && summaryOf(again, summary.serverVersion, new Date(summary.startedAt));
}
