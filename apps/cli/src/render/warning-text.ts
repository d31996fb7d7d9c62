import type { Problem } from '@benchbus/suites';
import type { TestPlan } from '../domain/example-plan.ts';
import type { Paint } from './style.ts';

const CANNOT = ' cannot be executed by this version yet';

/** What a test asks for in vain, each once: `etcd, a replica`. */
const inVain = ({ notExecutable }: TestPlan): string =>
  [...new Set(notExecutable.map(({ message }) => message.replace(CANNOT, '')))].join(', ');

/** What a valid suite asks for and this version cannot execute; tests that ask for the same are one line. */
export function warningLines(plans: readonly TestPlan[], target: string, paint: Paint): string[] {
  const groups = Map.groupBy(
    plans.filter(({ notExecutable }) => notExecutable.length > 0),
    inVain,
  );
  const where = ` on ${target}`;
  const lines = [...groups].map(([what, tests]) => {
    const more = tests.length === 1 ? '' : ` and ${tests.length - 1} more`;
    return `${paint('yellow', 'warning')}: test ${tests[0]?.test ?? ''}${more}: ${what}${CANNOT}${where} [TARGET_CANNOT]`;
  });
  return lines.length === 0 ? [] : [...lines, '  → planned and validated, but not built: the runs would fail'];
}

/** Why the installation would reject a suite that can be planned. */
export const problemLines = (problems: readonly Problem[], paint: Paint): string[] =>
  problems.flatMap(({ code, message, where, hint }) => [
    `${paint('yellow', 'warning')}: ${where === undefined ? '' : `${where}: `}${message} [${code}]`,
    ...(hint === undefined ? [] : [`  → ${hint}`]),
  ]);
