import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measuredByPgbench, readReport, SecondSeries, shareIn, ThroughputSeries } from '@benchbus/load-tools';
import { namedEffect } from '@benchbus/service';
import type { PgbenchWorkload } from '@benchbus/suites';
import { readFaultResults } from '../../faults/under-faults.ts';
import { stepFiles } from '../../runtime/process/step-files.ts';
import type { Ended, Parsed } from '../load-tool.ts';
import type { PgbenchProgram } from './check.ts';
import { firstBegin } from './first-begin.ts';
import { TRANSACTIONS_FILE } from './keep.ts';
import { logFiles, packTransactions } from './pack-transactions.ts';

/** pgbench's report, and every logged transaction. */
export async function parse(ended: Ended<PgbenchWorkload, PgbenchProgram>): Promise<Parsed> {
  const { workload, context, dir, startedAt, argv } = ended;
  const { report, measured } = readReport(await readFile(stepFiles(dir).stdout, 'utf8'));
  const logs = await logFiles(dir);
  const series = context.faults && new ThroughputSeries();
  const seconds = new SecondSeries((await firstBegin(logs)) ?? startedAt.getTime());
  const packed = await namedEffect('transactions-pack', () =>
    packTransactions(logs, join(context.artifactsDir, TRANSACTIONS_FILE), { series, seconds }),
  );
  const { script, rate: rateTps, latencyLimitMs } = workload;
  const options = {
    script: typeof script === 'string' ? script : 'custom',
    ...{ rateTps, latencyLimitMs, share: shareIn(argv) },
  };
  const numbers = measuredByPgbench(report, { ...packed, seconds }, options, measured);
  if (context.faults === undefined || measured === undefined || series === undefined) return { measured: numbers };
  const span = { startedAt, measuredMs: measured.measuredMs };
  return { measured: numbers, faults: await readFaultResults(context.faults, context, series, span) };
}
