import type { Plan, Problem, Suite, TargetName, Test } from '@benchbus/suites';
import { demandOf, notExecutable, planDeployment, runsOfTest } from '@benchbus/suites';
import type { RunTime } from './typical-time.ts';
import { runTime } from './typical-time.ts';

/** A block such as the target's runs get, for a look at the plan: the real one is reserved when a run starts. */
export const exampleBlock = (target: TargetName): string => (target === 'local' ? '127.64.0.0/24' : '10.2.0.0/24');

export interface TestPlan {
  readonly test: string;
  /** A matrix's values. */
  readonly labels: Test['labels'];
  readonly runs: number;
  readonly plan: Plan;
  /** Of each run. */
  readonly time: RunTime;
  /** What the test asks for and this version cannot execute on the target. */
  readonly notExecutable: readonly Problem[];
}

/** What each test's runs will consist of, on a host that has what they ask for. */
export function examplePlans(suite: Suite): { readonly plans: TestPlan[]; readonly problems: Problem[] } {
  const plans: TestPlan[] = [];
  const problems: Problem[] = [];
  const { target } = suite.settings;
  for (const [index, test] of suite.tests.entries()) {
    const { cores, memoryBytes } = demandOf(test);
    const host = { cores, memoryBytes };
    const planned = planDeployment({ test, settings: suite.settings, cidr: exampleBlock(target), host });
    if (planned.ok)
      plans.push({
        test: test.name,
        labels: test.labels,
        runs: runsOfTest(test),
        plan: planned.plan,
        time: runTime(test, planned.plan, target),
        notExecutable: notExecutable(test, target),
      });
    else
      problems.push(
        ...planned.problems.map((problem) => ({
          ...problem,
          where: `tests[${index}] ${problem.where ?? ''}`.trimEnd(),
        })),
      );
  }
  return { plans, problems };
}

export const withoutLoad = (of: TestPlan): TestPlan => ({
  ...of,
  plan: { ...of.plan, nodes: of.plan.nodes.filter(({ purpose }) => purpose !== 'load') },
});
