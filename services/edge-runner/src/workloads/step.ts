import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchbusError, problemOf } from '@benchbus/events';
import { libpqEnv } from '../domain/libpq-env.ts';
import { psql } from '../runtime/postgres/index.ts';
import { detachedStep, type StepEnd } from '../runtime/process/detached-step.ts';
import { readStep, stepFiles } from '../runtime/process/step-files.ts';
import { judgeEnd } from './judge-end.ts';
import type { WorkloadContext } from './plugin.ts';

export type StepName = 'init' | 'warm-up' | 'measure';
/** Set-up and warm-up are the attempt's, whichever of its measurements is looked at. */
export const stepDir = ({ dir, repeatDir }: Pick<WorkloadContext, 'dir' | 'repeatDir'>, step: StepName) =>
  join(step === 'measure' ? (repeatDir ?? dir) : dir, step);

/** What a tool is started with, for one of its steps. */
export interface ToolStep {
  readonly argv: readonly [string, ...string[]];
  /** Beside libpq's variables and the labels; secrets belong here. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it tells its progress; the other stream is published when it is over. Default: stderr. */
  readonly tells?: 'stdout' | 'stderr';
  /** Each line of that stream, as it comes. */
  readonly onLine?: (line: string) => void;
  /** What went wrong by its standard output, of a tool that ends with 0 all the same; undefined: nothing. */
  readonly failure?: (stdout: string) => string | undefined;
  /** Longest time, for a tool that may not come to its end by itself; then it is ended (TOOL_STUCK). */
  readonly limitMs?: number;
  /** The other stream is not for people. */
  readonly hideRest?: boolean;
}

export interface StepOf extends ToolStep {
  readonly name: StepName;
  readonly tool: string;
  /** Folder of psql. */
  readonly bin: string;
}

/** A failed tool is the tool's fault only if the database still answers. */
async function blame(step: StepOf, context: WorkloadContext, error: BenchbusError): Promise<BenchbusError> {
  const { connection, password } = context;
  try {
    await psql({ bin: step.bin, connection, password }, 'SELECT 1');
    return error;
  } catch (lost) {
    const message = `${error.message}\nand the database does not answer: ${problemOf(lost).message}`;
    return new BenchbusError({ code: 'DATABASE_LOST', message, where: `${connection.host}:${connection.port}` });
  }
}

/** What it printed on the stream that nothing reads while it runs. */
async function publishRest(file: string, context: WorkloadContext): Promise<void> {
  const report = await readFile(file, 'utf8').catch(() => '');
  for (const line of report.split('\n')) if (line !== '') context.output(line);
}

/** Under a limit: `timeout` of coreutils, which asks it to end, and kills it when it does not. */
const limited = ({ argv, limitMs }: StepOf): readonly [string, ...string[]] =>
  limitMs === undefined ? argv : ['timeout', '--kill-after=15', String(Math.ceil(limitMs / 1000)), ...argv];

const failureOf = async ({ failure }: StepOf, stdout: string): Promise<string | undefined> =>
  failure?.(await readFile(stdout, 'utf8').catch(() => ''));

/** Runs one program, or finds out how it ended. @throws BenchbusError INTERRUPTED | TOOL_FAILED | DATABASE_LOST */
export async function runStep(step: StepOf, context: WorkloadContext, signal: AbortSignal): Promise<StepEnd> {
  const dir = stepDir(context, step.name);
  const { user, graceMs, mayCreate, labels, steps: host } = context;
  const env = { ...libpqEnv(context.connection, context.password), ...step.env, ...labels };
  const { tells: follow = 'stderr', hideRest = false } = step;
  const onLine = (line: string, old: boolean) => {
    step.onLine?.(line);
    if (!old) context.output(line);
  };
  const argv = limited(step);
  const over = (await readStep(dir)).exitCode !== undefined;
  const end = await detachedStep({ dir, argv, env, user, host, graceMs, mayCreate, onLine, follow }, signal);
  const files = stepFiles(dir);
  if (!over && !hideRest) await publishRest(follow === 'stderr' ? files.stdout : files.stderr, context);
  const stderr = await readFile(files.stderr, 'utf8').catch(() => '');
  const failure = end.kind === 'exited' && end.code === 0 ? await failureOf(step, files.stdout) : undefined;
  const { startedAt, endedAt } = await readStep(dir);
  const tookMs = startedAt && endedAt && endedAt.getTime() - startedAt.getTime();
  const judged = { tool: step.tool, step: step.name, failure, limitMs: step.limitMs, tookMs };
  const problem = judgeEnd(judged, end, stderr);
  if (problem === undefined) return end;
  const error = new BenchbusError(problem);
  throw problem.code === 'TOOL_FAILED' ? await blame(step, context, error) : error;
}
