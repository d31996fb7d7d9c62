import { BenchbusError, problemOf } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { exitCodeOfProblem } from './exit-codes.ts';
import { fileProblem } from './file-problem.ts';
import { problemLines } from './render/problem-text.ts';

/** The problems an error is about: those it carries, or itself. */
function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof BenchbusError && 'problems' in error) return error.problems as readonly Problem[];
  return [problemOfAny(error)];
}

const problemOfAny = (error: unknown): Problem => fileProblem(error) ?? problemOf(error);

const withHint = (problem: Problem): Problem =>
  problem.hint || problem.code !== 'INTERNAL'
    ? problem
    : { ...problem, hint: 'this is a bug; LOG_LEVEL=debug shows where it happened' };

/** Prints an error (`--json`: machine-readable, on standard output) and gives the exit code. */
export function reportError(error: unknown, context: Context, json: boolean): ExitCode {
  const problem = problemOfAny(error);
  const problems = problemsOf(error).map(withHint);
  if (json) context.out(JSON.stringify({ ok: false, code: problem.code, problems }));
  else for (const found of problems) context.err(problemLines(found, context.paintErr).join('\n'));
  if (context.env['LOG_LEVEL'] === 'debug' && error instanceof Error) context.err(error.stack ?? '');
  return exitCodeOfProblem(problem.code);
}
