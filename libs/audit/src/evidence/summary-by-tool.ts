import type { WorkloadSummary } from '@benchbus/events';
import {
  CommandReader,
  goTpcStarts,
  hasStarts,
  measuredByCommand,
  measuredByGoTpc,
  measuredByStroppy,
  measuredBySysbench,
  seriesOfParts,
  summaryOf,
  sysbenchStarts,
  ThroughputSeries,
  type Observed,
  type Part,
} from '@benchbus/load-tools';
import type { Workload } from '@benchbus/suites';

/** The file that holds what the numbers of a tool's run are read from; pgbench has more than one (recompute.ts). */
export const outputOf = (tool: string): string =>
  tool === 'stroppy' ? 'stroppy.summary.json.txt' : `${tool}.stdout.txt`;

type Measured = ReturnType<typeof measuredByGoTpc>;

/** What was measured, and what it says of throughput over time, where faults are judged by it. */
interface Again {
  readonly measured: Measured;
  readonly over?: Pick<Observed, 'series' | 'throughputSource' | 'measured'>;
}

const spanOf = (fromMs: number, measuredMs: number) => ({ fromMs, toMs: fromMs + measuredMs });

function ofStarts(
  { startedAt }: WorkloadSummary,
  { measured, parts, measuredMs }: { measured: Measured; parts: readonly Part[]; measuredMs: number },
): Again {
  const fromMs = Date.parse(startedAt);
  const series = seriesOfParts(parts, fromMs);
  return { measured, over: { series, throughputSource: "the tool's seconds", measured: spanOf(fromMs, measuredMs) } };
}

function ofCommand({ startedAt, durationSeconds, faults }: WorkloadSummary, warmupMs: number, output: string): Again {
  const fromMs = Date.parse(startedAt) + warmupMs;
  const series = new ThroughputSeries();
  const reader = new CommandReader({ fromMs, warmupMs }, faults && series);
  reader.push(Buffer.from(output));
  reader.end();
  // How long it took was seen by the runner alone.
  const measured = measuredByCommand(reader, durationSeconds);
  return { measured, over: { series, measured: spanOf(fromMs, Math.round(durationSeconds * 1000)) } };
}

function measuredAgain(summary: WorkloadSummary, workload: Workload, output: string) {
  switch (workload.tool) {
    case 'go-tpc':
      return hasStarts(output)
        ? ofStarts(summary, goTpcStarts(output, summary.toolVersion))
        : { measured: measuredByGoTpc(output, summary.toolVersion) };
    case 'sysbench':
      return hasStarts(output)
        ? ofStarts(summary, sysbenchStarts(output, workload.script, workload.rate))
        : { measured: measuredBySysbench(output, workload.script, workload.rate) };
    case 'stroppy':
      return { measured: measuredByStroppy(output, summary.toolVersion) };
    case 'command':
      return ofCommand(summary, workload.warmupMs, output);
    case 'pgbench':
      return undefined;
  }
}

/**
 * The summary of a run as the raw output of its tool has it; undefined for a tool that is read otherwise.
 * @param faultsBy what the faults cost, of a run that had some
 * @throws BenchbusError what the output lacks
 */
export function summaryByTool(
  summary: WorkloadSummary,
  workload: Workload,
  output: string,
  faultsBy: (over: NonNullable<Again['over']>) => WorkloadSummary['faults'],
): WorkloadSummary | undefined {
  if (workload.tool !== summary.tool) return undefined;
  const again = measuredAgain(summary, workload, output);
  if (again === undefined) return undefined;
  const numbers = summaryOf(again.measured, summary.serverVersion, new Date(summary.startedAt));
  const faults = again.over && faultsBy(again.over);
  return { ...numbers, ...(faults === undefined ? {} : { faults }) };
}
