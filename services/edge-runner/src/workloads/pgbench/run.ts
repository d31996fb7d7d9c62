import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkloadSummary } from '@benchbus/events';
import { readReport, summarise, ThroughputSeries } from '@benchbus/load-tools';
import { namedEffect } from '@benchbus/service';
import type { PgbenchWorkload } from '@benchbus/suites';
import { readFaultResults, underFaults } from '../../faults/under-faults.ts';
import { psql } from '../../runtime/postgres/index.ts';
import { writeWhole } from '../../runtime/process/files.ts';
import { readStep, stepFiles } from '../../runtime/process/step-files.ts';
import type { WorkloadContext } from '../plugin.ts';
import { findPgbench } from './check.ts';
import { initCommand, measureCommand, SCRIPT_FILE, seconds, warmUpCommand } from './command.ts';
import { logFiles, packTransactions } from './pack-transactions.ts';
import { parseInitProgress, parseProgress } from './parse-progress.ts';
import { segmentsCommand } from './segments.ts';
import { askServer, knownServer } from './server-facts.ts';
import { runStep, stepDir } from './step.ts';

export const TRANSACTIONS_FILE = 'transactions.log.gz';

/** Hands progress lines of a timed run on. */
const watching = (context: WorkloadContext, activity: string, milliseconds: number) => (line: string) => {
  const now = parseProgress(line);
  if (now === undefined) return;
  const done = Math.min(1, now.seconds / seconds(milliseconds));
  context.progress({ activity, tps: now.tps, latencyAverageMs: now.latencyAverageMs, done });
};

const initialising = (context: WorkloadContext, activity: string) => (line: string) => {
  const done = parseInitProgress(line);
  if (done !== undefined) context.progress({ activity, done });
};

/** Superusers may, and since version 15 members of `pg_checkpoint`. */
const MAY_CHECKPOINT = `SELECT rolsuper OR coalesce(pg_has_role(oid, to_regrole('pg_checkpoint'), 'MEMBER'), false)
  FROM pg_roles WHERE rolname = current_user`;

const mayCheckpoint = async (context: WorkloadContext, bin: string, signal: AbortSignal): Promise<boolean> =>
  context.checkpoint === undefined || (await psql({ bin, ...context }, MAY_CHECKPOINT, signal)) === 't';

async function prepare(bin: string, workload: PgbenchWorkload, context: WorkloadContext, signal: AbortSignal) {
  const { script } = workload;
  if (typeof script !== 'string') await writeWhole(join(context.dir, SCRIPT_FILE), script.custom, 0o644, context.user);
  const init = initialising(context, `initialising scale ${workload.scale}`);
  await runStep({ name: 'init', bin, argv: initCommand(bin, workload), onLine: init }, context, signal);
  if (workload.warmupMs > 0) {
    const onLine = watching(context, 'warming up', workload.warmupMs);
    await runStep({ name: 'warm-up', bin, argv: warmUpCommand(bin, workload), onLine }, context, signal);
  }
  await namedEffect('server-facts', () => askServer(context, bin, signal));
  // What preparation and warm-up wrote must not be flushed during the measurement.
  if (await mayCheckpoint(context, bin, signal))
    await namedEffect('checkpoint', () => psql({ bin, ...context }, 'CHECKPOINT', signal));
}

/** One pgbench, or, where faults are to come, as many as it takes. */
async function measure(bin: string, workload: PgbenchWorkload, context: WorkloadContext, signal: AbortSignal) {
  const onLine = watching(context, 'measuring', workload.durationMs);
  const step = { name: 'measure', bin, onLine } as const;
  const { faults } = context;
  if (faults === undefined) return runStep({ ...step, argv: measureCommand(bin, workload) }, context, signal);
  const argv = segmentsCommand(bin, workload, faults.faults);
  const durationMs = seconds(workload.durationMs) * 1000;
  const run = (both: AbortSignal) => runStep({ ...step, argv }, context, both);
  return underFaults(faults, context, { dir: stepDir(context, 'measure'), durationMs, run }, signal);
}

/** Prepares, warms up, measures, and reads the result; see WorkloadPlugin.run. */
export async function run(
  workload: PgbenchWorkload,
  context: WorkloadContext,
  signal: AbortSignal,
): Promise<WorkloadSummary> {
  const { bin } = await findPgbench();
  const dir = stepDir(context, 'measure');
  // A measurement that has begun must not be disturbed by another checkpoint.
  if ((await readStep(dir)).pid === undefined) await prepare(bin, workload, context, signal);
  context.progress({ activity: 'measuring' }); // its own first line comes after a second, if it takes that long
  const { startedAt } = await measure(bin, workload, context, signal);
  const { report, measured } = readReport(await readFile(stepFiles(dir).stdout, 'utf8'));
  await mkdir(context.artifactsDir, { recursive: true });
  const logs = await logFiles(dir);
  const series = context.faults && new ThroughputSeries();
  const packed = await namedEffect('transactions-pack', () =>
    packTransactions(logs, join(context.artifactsDir, TRANSACTIONS_FILE), series),
  );
  const { serverVersion } = (await knownServer(context)) ?? (await askServer(context, bin, signal));
  const summary = summarise(report, packed, serverVersion, startedAt, measured);
  if (context.faults === undefined || measured === undefined || series === undefined) return summary;
  const { measuredMs } = measured;
  return { ...summary, faults: await readFaultResults(context.faults, context, series, { startedAt, measuredMs }) };
}
