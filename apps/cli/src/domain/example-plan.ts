import type { Plan, Problem, Suite, TargetName } from '@benchbus/suites';
import { demandOf, planDeployment } from '@benchbus/suites';

/** A block such as the target's runs get, for a look at the plan: the real one is reserved when a run starts. */
export const exampleBlock = (target: TargetName): string => (target === 'local' ? '127.64.0.0/24' : '10.2.0.0/24');

export interface TestPlan {
  readonly test: string;
  readonly runs: number;
  readonly plan: Plan;
}

/** What each test's runs will consist of, on a host that has what they ask for. */
export function examplePlans(suite: Suite): { readonly plans: TestPlan[]; readonly problems: Problem[] } {
  const plans: TestPlan[] = [];
  const problems: Problem[] = [];
  for (const test of suite.tests) {
    const { cores, memoryBytes } = demandOf(test);
    const host = { cores, memoryBytes };
    const planned = planDeployment({ test, settings: suite.settings, cidr: exampleBlock(suite.settings.target), host });
    if (planned.ok) plans.push({ test: test.name, runs: test.repeat.times, plan: planned.plan });
    else problems.push(...planned.problems);
  }
  return { plans, problems };
}
