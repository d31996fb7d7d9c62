import type { Problem } from '@benchbus/suites';
import { safeLine } from './safe-line.ts';

/** A problem as it may enter the log, which nothing leaves again: programs are quoted in it, and print what they were given. */
export const safeProblem = (problem: Problem, secrets: readonly string[]): Problem => ({
  ...problem,
  message: safeLine(problem.message, secrets),
  ...(problem.hint === undefined ? {} : { hint: safeLine(problem.hint, secrets) }),
});
