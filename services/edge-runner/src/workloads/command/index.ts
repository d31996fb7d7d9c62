import { createReadStream } from 'node:fs';
import { CommandReader, incomplete, measuredByCommand, progressLine, ThroughputSeries } from '@benchbus/load-tools';
import type { CommandWorkload } from '@benchbus/suites';
import { readFaultResults } from '../../faults/under-faults.ts';
import { findProgram, searchPath } from '../../runtime/host/local/programs.ts';
import { readStep, stepFiles } from '../../runtime/process/step-files.ts';
import type { Ended, LoadTool, Parsed } from '../load-tool.ts';
import type { WorkloadContext } from '../plugin.ts';
import { resolveEnvironment } from '../tool-environment.ts';
import type { ToolStep } from '../step.ts';

type Argv = [string, ...string[]];

/** Its words, and what it is to know beside the connection. */
function step(
  words: readonly string[],
  { environment, warmupMs, durationMs }: CommandWorkload,
  of: WorkloadContext,
): ToolStep {
  const times = { BENCHBUS_WARMUP_MS: String(warmupMs), BENCHBUS_DURATION_MS: String(durationMs) };
  const env = { PATH: process.env['PATH'] ?? '', ...resolveEnvironment(environment, of), ...times };
  return { argv: words as Argv, env };
}

/** Progress that it tells on standard error. */
const watching = (context: WorkloadContext) => (line: string) => {
  if (!line.startsWith('{')) return;
  try {
    const { success, data } = progressLine.safeParse(JSON.parse(line));
    if (!success) return;
    const { type: _, ...now } = data;
    context.progress({ activity: 'measuring', ...(now as Omit<Parameters<typeof context.progress>[0], 'activity'>) });
  } catch {
    // Text, as it may be.
  }
};

async function parse({ workload, context, dir, startedAt }: Ended<CommandWorkload, string>): Promise<Parsed> {
  const { warmupMs } = workload;
  const fromMs = startedAt.getTime() + warmupMs;
  const { faults } = context;
  const series = faults && new ThroughputSeries();
  const reader = new CommandReader({ fromMs, warmupMs }, series);
  for await (const chunk of createReadStream(stepFiles(dir).stdout)) reader.push(chunk as Buffer);
  reader.end();
  const { endedAt = new Date() } = await readStep(dir);
  const measuredMs = Math.max(1, endedAt.getTime() - fromMs);
  const measured = measuredByCommand(reader, measuredMs / 1000);
  if (faults === undefined || series === undefined) return { measured };
  if (reader.summaries.length > 0)
    throw incomplete('command', 'with faults it has to tell each transaction, with its endedAtMs');
  const span = { startedAt: new Date(fromMs), measuredMs };
  return { measured, faults: await readFaultResults(faults, context, series, span) };
}

/** A program of the user's own: the connection comes in its environment, results leave as JSON lines (docs/reference/workloads.md). */
export const command: LoadTool<CommandWorkload, string> = {
  name: 'command',
  check: ({ command: [program = ''] }) => findProgram(program, searchPath(undefined)),
  prepare: (_, workload, context) =>
    workload.prepare === undefined ? undefined : step(workload.prepare, workload, context),
  warmUp: () => undefined,
  leadMs: ({ warmupMs }) => warmupMs,
  measure: (_, workload, context) =>
    Promise.resolve({ ...step(workload.command, workload, context), onLine: watching(context), hideRest: true }),
  parse,
};
