import { cannotExecute } from '../domain/plan-overview.ts';
import type { TestPlan } from '../domain/example-plan.ts';
import { plural } from '../domain/plural.ts';
import type { Paint } from './style.ts';

/** What a valid suite asks for and this version cannot execute: its runs would fail. Two lines each, with what to do. */
export const warningLines = (plans: readonly TestPlan[], target: string, paint: Paint): string[] =>
  cannotExecute(plans).flatMap(({ problem, tests }) => {
    const of = tests.length === 1 ? `test ${tests[0]}` : plural(tests.length, 'test');
    return [
      `${paint('yellow', 'warning')}: ${problem.message} on ${target} (${of}) [${problem.code}]`,
      ...(problem.hint === undefined ? [] : [`  → ${problem.hint}`]),
    ];
  });
