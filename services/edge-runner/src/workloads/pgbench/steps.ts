import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedTps, parseReport, samplingShare } from '@benchbus/load-tools';
import type { PgbenchWorkload } from '@benchbus/suites';
import { writeWhole } from '../../runtime/process/files.ts';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { WorkloadContext } from '../plugin.ts';
import { stepDir, type ToolStep } from '../step.ts';
import type { PgbenchProgram } from './check.ts';
import { initCommand, measureCommand, SCRIPT_FILE, seconds, warmUpCommand } from './command.ts';
import { parseInitProgress, parseProgress } from './parse-progress.ts';
import { segmentsCommand } from './segments.ts';

type Step<R> = (program: PgbenchProgram, workload: PgbenchWorkload, context: WorkloadContext) => R;

/** Hands progress lines of a timed run on. */
const watching = (context: WorkloadContext, activity: string, milliseconds: number) => (line: string) => {
  const now = parseProgress(line);
  if (now === undefined) return;
  const done = Math.min(1, now.seconds / seconds(milliseconds));
  context.progress({ activity, tps: now.tps, latencyAverageMs: now.latencyAverageMs, done });
};

export const write: Step<Promise<void>> = async (_, { script }, { dir, user }) => {
  if (typeof script !== 'string') await writeWhole(join(dir, SCRIPT_FILE), script.custom, 0o644, user);
};

export const prepare: Step<ToolStep> = ({ bin }, workload, context) => ({
  argv: initCommand(bin, workload),
  onLine: (line) => {
    const done = parseInitProgress(line);
    if (done !== undefined) context.progress({ activity: `initialising scale ${workload.scale}`, done });
  },
});

export const warmUp: Step<ToolStep | undefined> = ({ bin }, workload, context) =>
  workload.warmupMs === 0
    ? undefined
    : { argv: warmUpCommand(bin, workload), onLine: watching(context, 'warming up', workload.warmupMs) };

/** Throughput of the warm-up; undefined if there was none. */
async function warmUpTps(context: WorkloadContext): Promise<number | undefined> {
  const stdout = await readFile(stepFiles(stepDir(context, 'warm-up')).stdout, 'utf8').catch(() => '');
  const parsed = parseReport(stdout);
  return parsed.ok ? parsed.report.tps : undefined;
}

/** One pgbench, or, where faults are to come, as many as it takes. */
export const measure: Step<Promise<ToolStep>> = async ({ bin }, workload, context) => {
  const onLine = watching(context, 'measuring', workload.durationMs);
  // What a fault costs is told by every transaction.
  if (context.faults !== undefined) return { argv: segmentsCommand(bin, workload, context.faults.faults), onLine };
  const share = samplingShare(expectedTps(workload.rate, await warmUpTps(context)), context.tools.logAllTps);
  return { argv: measureCommand(bin, workload, share), onLine };
};
