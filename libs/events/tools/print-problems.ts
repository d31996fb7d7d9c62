import type { Problem } from '@benchbus/suites';

export function printProblems(problems: readonly Problem[]): void {
  for (const { code, message, hint } of problems) process.stderr.write(`${message} [${code}]\n  → ${hint}\n`);
}
