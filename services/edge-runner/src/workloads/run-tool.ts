import { mkdir, readFile } from 'node:fs/promises';
import { summaryOf } from '@benchbus/load-tools';
import { RESULT_V1, type ResultV1 } from '@benchbus/results';
import { namedEffect } from '@benchbus/service';
import type { Workload } from '@benchbus/suites';
import { underFaults } from '../faults/under-faults.ts';
import { findBinaries, psql } from '../runtime/postgres/index.ts';
import { readStep, stepFiles } from '../runtime/process/step-files.ts';
import { environment } from './environment.ts';
import type { LoadTool } from './load-tool.ts';
import type { Measurement, WorkloadContext } from './plugin.ts';
import { askServer, knownServer } from './server-facts.ts';
import { watched } from './watched.ts';
import { runStep, stepDir, type StepName, type ToolStep } from './step.ts';

/** Superusers may, and since version 15 members of `pg_checkpoint`. */
const MAY_CHECKPOINT = `SELECT rolsuper OR coalesce(pg_has_role(oid, to_regrole('pg_checkpoint'), 'MEMBER'), false)
  FROM pg_roles WHERE rolname = current_user`;

const mayCheckpoint = async (context: WorkloadContext, bin: string, signal: AbortSignal): Promise<boolean> =>
  context.checkpoint === undefined || (await psql({ bin, ...context }, MAY_CHECKPOINT, signal)) === 't';

/** Only as long as nothing has used the data, also after a restart of the runner. */
async function loaded(context: WorkloadContext, signal: AbortSignal): Promise<void> {
  if (context.loaded === undefined || (await readStep(stepDir(context, 'warm-up'))).pid !== undefined) return;
  context.progress({ activity: 'keeping a copy of the data' });
  await context.loaded(signal);
}

async function prepare<W extends Workload, P>(
  { tool, program, bin }: { readonly tool: LoadTool<W, P>; readonly program: P; readonly bin: string },
  workload: W,
  context: WorkloadContext,
  signal: AbortSignal,
): Promise<void> {
  await tool.write?.(program, workload, context);
  const step = async (name: StepName, of: ToolStep | undefined) => {
    if (of !== undefined) await runStep({ name, tool: tool.name, bin, ...of }, context, signal);
  };
  if (context.dataAreThere !== true) {
    await step('init', tool.prepare(program, workload, context));
    await loaded(context, signal);
  }
  await step('warm-up', tool.warmUp(program, workload, context));
  await namedEffect('server-facts', () => askServer(context, bin, signal));
  // What preparation and warm-up wrote must not be flushed during the measurement.
  if (await mayCheckpoint(context, bin, signal))
    await namedEffect('checkpoint', () => psql({ bin, ...context }, 'CHECKPOINT', signal));
}

/** What a step took, in s; undefined if there was none. */
async function secondsOf(context: WorkloadContext, step: StepName): Promise<number | undefined> {
  const { startedAt, endedAt } = await readStep(stepDir(context, step));
  return startedAt && endedAt && Math.max(0, endedAt.getTime() - startedAt.getTime()) / 1000;
}

/** The words a step was started with. */
export async function commandOf(
  context: Pick<WorkloadContext, 'dir' | 'repeatDir'>,
  step: StepName,
): Promise<string[]> {
  const text = await readFile(stepFiles(stepDir(context, step)).tool, 'utf8').catch(() => '{}');
  return (JSON.parse(text) as { command?: string[] }).command ?? [];
}

/** Prepares, warms up, measures, and reads the result; see WorkloadPlugin.run. */
export async function runTool<W extends Workload, P>(
  tool: LoadTool<W, P>,
  workload: W,
  context: WorkloadContext,
  signal: AbortSignal,
): Promise<Measurement> {
  const program = await tool.check(workload, context, signal);
  const bin = await findBinaries({ version: 'installed', programs: ['psql'] });
  const dir = stepDir(context, 'measure');
  // A measurement that has begun must not be disturbed by another checkpoint.
  if ((await readStep(dir)).pid === undefined) await prepare({ tool, program, bin }, workload, context, signal);
  context.progress({ activity: 'measuring' }); // its own first line comes after a second, if it takes that long
  const step = {
    name: 'measure',
    tool: tool.name,
    bin,
    ...(await tool.measure(program, workload, context, bin)),
  } as const;
  const run = (both: AbortSignal) => runStep(step, context, both);
  const { faults } = context;
  const leadMs = tool.leadMs?.(workload) ?? 0;
  const { value, validity } = await watched(workload, context, () =>
    faults === undefined
      ? run(signal)
      : underFaults(faults, context, { dir, durationMs: workload.durationMs, leadMs, run }, signal),
  );
  const { startedAt } = value;
  await mkdir(context.artifactsDir, { recursive: true });
  const argv = await commandOf(context, 'measure');
  const parsed = await tool.parse({ workload, program, context, dir, startedAt, argv });
  const server = (await knownServer(context)) ?? (await askServer(context, bin, signal));
  const summary = summaryOf(parsed.measured, server.serverVersion, startedAt);
  const [setupSeconds, warmupSeconds] = [await secondsOf(context, 'init'), await secondsOf(context, 'warm-up')];
  const judged = {
    ...(validity === undefined ? {} : { validity }),
    ...(parsed.faults === undefined ? {} : { faults: [...parsed.faults] }),
  };
  const result: ResultV1 = {
    schema: RESULT_V1,
    ...parsed.measured,
    startedAt: startedAt.toISOString(),
    ...(setupSeconds === undefined ? {} : { setupSeconds }),
    ...(warmupSeconds === undefined ? {} : { warmupSeconds }),
    command: argv,
    environment: { ...server, loadNode: environment() },
    ...judged,
  };
  return { summary: { ...summary, ...judged }, result };
}
