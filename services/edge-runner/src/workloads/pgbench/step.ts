import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError, problemOf } from '@benchbus/events';
import { libpqEnv } from '../../domain/libpq-env.ts';
import { psql } from '../../runtime/postgres/index.ts';
import { detachedStep, type StepEnd } from '../../runtime/process/detached-step.ts';
import { readStep, stepFiles } from '../../runtime/process/step-files.ts';
import type { WorkloadContext } from '../plugin.ts';
import { judgeEnd } from './judge-end.ts';

export type StepName = 'init' | 'warm-up' | 'measure';
export const stepDir = (context: Pick<WorkloadContext, 'dir'>, step: StepName) => join(context.dir, step);

export interface PgbenchStep {
  readonly name: StepName;
  readonly bin: string;
  readonly argv: readonly [string, ...string[]];
  readonly onLine: (line: string) => void;
}

/** A failed tool is the tool's fault only if the database still answers. */
async function blame(step: PgbenchStep, context: WorkloadContext, error: BenchbusError): Promise<BenchbusError> {
  const { connection, password } = context;
  try {
    await psql({ bin: step.bin, connection, password }, 'SELECT 1');
    return error;
  } catch (lost) {
    const message = `${error.message}\nand the database does not answer: ${problemOf(lost).message}`;
    return new BenchbusError({ code: 'DATABASE_LOST', message, where: `${connection.host}:${connection.port}` });
  }
}

/** The report it printed when it was over; nothing reads it while the tool runs. */
async function publishReport(dir: string, context: WorkloadContext): Promise<void> {
  const report = await readFile(stepFiles(dir).stdout, 'utf8').catch(() => '');
  for (const line of report.split('\n')) if (line !== '') context.output(line);
}

/** Runs one pgbench, or finds out how it ended. @throws BenchbusError INTERRUPTED | TOOL_FAILED | DATABASE_LOST */
export async function runStep(step: PgbenchStep, context: WorkloadContext, signal: AbortSignal): Promise<StepEnd> {
  const dir = stepDir(context, step.name);
  const { user, graceMs, mayCreate, labels, steps: host } = context;
  const env = { ...labels, ...libpqEnv(context.connection, context.password) };
  const onLine = (line: string, old: boolean) => {
    step.onLine(line);
    if (!old) context.output(line);
  };
  const over = (await readStep(dir)).exitCode !== undefined;
  const end = await detachedStep({ dir, argv: step.argv, env, user, host, graceMs, mayCreate, onLine }, signal);
  if (!over) await publishReport(dir, context);
  const stderr = await readFile(stepFiles(dir).stderr, 'utf8').catch(() => '');
  const problem = judgeEnd(step.name, end, stderr);
  if (problem === undefined) return end;
  const error = new BenchbusError(problem);
  throw problem.code === 'TOOL_FAILED' ? await blame(step, context, error) : error;
}
