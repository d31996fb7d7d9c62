import type { Problem } from '@benchbus/suites';
import type { Paint } from './style.ts';

/** `where: CODE: message`, and what to do on a line of its own. */
export function problemLines(problem: Problem, paint: Paint): string[] {
  const where = problem.where ? `${problem.where}: ` : '';
  const lines = [`${where}${paint('red', problem.code)}: ${problem.message}`];
  return problem.hint ? [...lines, `  → ${problem.hint}`] : lines;
}
