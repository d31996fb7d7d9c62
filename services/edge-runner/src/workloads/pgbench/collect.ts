import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PgbenchWorkload } from '@benchbus/suites';
import { readRecords } from '../../faults/fault-records.ts';
import { probeDir } from '../../faults/probe-step.ts';
import { probeFiles } from '../../commit-probe/files.ts';
import { readIfThere, writeWhole } from '../../runtime/process/files.ts';
import { stepFiles } from '../../runtime/process/step-files.ts';
import { environment } from '../environment.ts';
import type { ArtifactFile, WorkloadContext, WorkloadVerdict } from '../plugin.ts';
import { findPgbench } from './check.ts';
import { logFiles, packTransactions } from './pack-transactions.ts';
import { TRANSACTIONS_FILE } from './run.ts';
import { knownServer } from './server-facts.ts';
import { stepDir, type StepName } from './step.ts';

/** Names of the commit probe's files, which whoever doubts a result reads again. */
const COMMITS_FILE = 'commits.log.txt';
const PRESENT_FILE = 'commits.present.json.txt';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

async function output(context: WorkloadContext, step: StepName, stream: 'stdout' | 'stderr') {
  return readIfThere(stepFiles(stepDir(context, step))[stream]);
}

async function command(context: WorkloadContext): Promise<unknown> {
  const tool = await readIfThere(stepFiles(stepDir(context, 'measure')).tool);
  return tool === undefined ? undefined : (JSON.parse(tool) as { command: unknown }).command;
}

/** Output of each step, every transaction, the result and where it was measured; see WorkloadPlugin.collect. */
export async function collect(
  workload: PgbenchWorkload,
  context: WorkloadContext,
  verdict: WorkloadVerdict,
): Promise<readonly ArtifactFile[]> {
  await mkdir(context.artifactsDir, { recursive: true });
  const files: ArtifactFile[] = [];
  const keep = async (name: string, contentType: string, content: string | undefined) => {
    if (content === undefined) return;
    await writeWhole(join(context.artifactsDir, name), content);
    files.push({ name, contentType });
  };
  await keep('init.txt', TEXT, await output(context, 'init', 'stderr'));
  await keep('warm-up.stdout.txt', TEXT, await output(context, 'warm-up', 'stdout'));
  await keep('pgbench.stdout.txt', TEXT, await output(context, 'measure', 'stdout'));
  await keep('pgbench.stderr.txt', TEXT, await output(context, 'measure', 'stderr'));
  if (context.faults !== undefined) {
    const probe = probeFiles(probeDir(context));
    await keep(COMMITS_FILE, TEXT, await readIfThere(probe.log));
    await keep(PRESENT_FILE, JSON_TYPE, await readIfThere(probe.present));
    await keep('commit-probe.stderr.txt', TEXT, await readIfThere(stepFiles(probeDir(context)).stderr));
    await keep('faults.json', JSON_TYPE, json(await readRecords(context.dir, context.faults.faults.length)));
  }
  const packed = join(context.artifactsDir, TRANSACTIONS_FILE);
  const logs = await logFiles(stepDir(context, 'measure'));
  if (logs.length > 0 && !existsSync(packed)) await packTransactions(logs, packed);
  if (existsSync(packed)) files.push({ name: TRANSACTIONS_FILE, contentType: 'application/gzip' });
  const server = await knownServer(context);
  const result = { ...verdict, workload, command: await command(context), settings: server?.settings };
  await keep('result.json', JSON_TYPE, json(result));
  const toolVersion = await findPgbench().then(
    ({ version }) => version,
    () => undefined,
  );
  const where = { ...environment(), pgbench: toolVersion, server: server?.serverVersion };
  await keep('environment.json', JSON_TYPE, json(where));
  return files;
}
