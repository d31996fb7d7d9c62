import type { TestPlan } from '../domain/example-plan.ts';
import type { Paint } from './style.ts';

const CANNOT = ' cannot be executed by this version yet';

/** What a test asks for in vain, each once: `etcd, a replica`. */
const inVain = ({ notExecutable }: TestPlan): string =>
  [...new Set(notExecutable.map(({ message }) => message.replace(CANNOT, '')))].join(', ');

/** Tests that ask for the same are one line. */
function cannot(plans: readonly TestPlan[], target: string, warning: string): string[] {
  const groups = Map.groupBy(
    plans.filter(({ notExecutable }) => notExecutable.length > 0),
    inVain,
  );
  const lines = [...groups].map(([what, tests]) => {
    const more = tests.length === 1 ? '' : ` and ${tests.length - 1} more`;
    return `${warning}: test ${tests[0]?.test ?? ''}${more}: ${what}${CANNOT} on ${target} [TARGET_CANNOT]`;
  });
  return lines.length === 0 ? [] : [...lines, '  → planned and validated, but not built: the runs would fail'];
}

/** What a valid suite asks for and this version cannot execute, or not without an operator's doing. */
export function warningLines(plans: readonly TestPlan[], target: string, paint: Paint): string[] {
  const warning = paint('yellow', 'warning');
  if (target === 'local') return cannot(plans, target, warning);
  const nobody = `${warning}: target ${target}: \`benchbus up\` serves local alone; its runs need an operator who serves ${target} [TARGET_UNAVAILABLE]`;
  return [nobody, ...cannot(plans, target, warning)];
}
