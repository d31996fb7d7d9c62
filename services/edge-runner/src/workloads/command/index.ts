import { createReadStream } from 'node:fs';
import { CommandReader, measuredByCommand, progressLine } from '@benchbus/load-tools';
import type { CommandWorkload } from '@benchbus/suites';
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
  return { argv: words as unknown as Argv, env };
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

async function parse({ workload, dir, startedAt }: Ended<CommandWorkload, string>): Promise<Parsed> {
  const { warmupMs } = workload;
  const fromMs = startedAt.getTime() + warmupMs;
  const reader = new CommandReader({ fromMs, warmupMs });
  for await (const chunk of createReadStream(stepFiles(dir).stdout)) reader.push(chunk as Buffer);
  reader.end();
  const { endedAt = new Date() } = await readStep(dir);
  return { measured: measuredByCommand(reader, Math.max(0.001, (endedAt.getTime() - fromMs) / 1000)) };
}

/** A program of the user's own: the connection comes in its environment, results leave as JSON lines (docs/reference/workloads.md). */
export const command: LoadTool<CommandWorkload, string> = {
  name: 'command',
  check: ({ command: [program = ''] }) => findProgram(program, searchPath(undefined)),
  prepare: (_, workload, context) =>
    workload.prepare === undefined ? undefined : step(workload.prepare, workload, context),
  warmUp: () => undefined,
  measure: (_, workload, context) =>
    Promise.resolve({ ...step(workload.command, workload, context), onLine: watching(context), hideRest: true }),
  parse,
};
