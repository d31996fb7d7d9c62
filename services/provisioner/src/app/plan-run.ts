import type { EventData } from '@benchbus/events';
import { planDeployment } from '@benchbus/suites';
import type { Plan, Problem } from '@benchbus/suites';

/** The run's plan on this host, or the problem that rules it out (the first; the others follow in its message). */
export function planRun(
  { test, settings, repeat }: Pick<EventData<'RunQueued'>, 'test' | 'settings' | 'repeat'>,
  cidr: string,
  host: { readonly cores: number; readonly memoryBytes: number },
): { readonly plan: Plan } | { readonly problem: Problem } {
  const planned = planDeployment({ test, settings, cidr, host, repeat });
  if (planned.ok) return { plan: planned.plan };
  const [first, ...others] = planned.problems;
  if (first === undefined) return { problem: { code: 'PLAN_FAILED', message: 'the run cannot be planned' } };
  const more = others.map(({ code, message }) => `; also ${code}: ${message}`).join('');
  return { problem: { ...first, message: first.message + more } };
}
