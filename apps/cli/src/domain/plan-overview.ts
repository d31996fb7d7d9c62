import type { Plan, Suite } from '@benchbus/suites';
import type { TestPlan } from './example-plan.ts';
import { suiteTimeMs } from './typical-time.ts';

/** Tests of one topology, which is shown once. */
export interface TopologyGroup {
  readonly plan: Plan;
  readonly tests: readonly TestPlan[];
}

/** Of a plan, what does not depend on the load tool's own settings. */
function shapeOf({ nodes, ...rest }: Plan): string {
  const bare = nodes.map((node) => ({ ...node, processes: node.processes.filter(({ kind }) => kind !== 'load') }));
  return JSON.stringify({ ...rest, nodes: bare });
}

/** By what `key` says of a plan, in order of first appearance. */
export function groupPlans(plans: readonly TestPlan[], key: (plan: Plan) => string = shapeOf): TopologyGroup[] {
  const groups = new Map<string, { plan: Plan; tests: TestPlan[] }>();
  for (const test of plans) {
    const shape = key(test.plan);
    const group = groups.get(shape);
    if (group) group.tests.push(test);
    else groups.set(shape, { plan: test.plan, tests: [test] });
  }
  return [...groups.values()];
}

export interface Axis {
  readonly label: string;
  /** Each with the number of tests that have it. */
  readonly values: readonly { readonly value: string; readonly tests: number }[];
}

/** The axes of the suite's matrices: every label and its values, in order of appearance. */
export function axesOf(plans: readonly TestPlan[]): Axis[] {
  const axes = new Map<string, Map<string, number>>();
  for (const { labels } of plans)
    for (const [label, value] of Object.entries(labels)) {
      const values = axes.get(label) ?? new Map<string, number>();
      axes.set(label, values.set(value, (values.get(value) ?? 0) + 1));
    }
  return [...axes].map(([label, values]) => ({
    label,
    values: [...values].map(([value, tests]) => ({ value, tests })),
  }));
}

export interface PlannedTime {
  /** One run after the other. */
  readonly oneByOneMs: number;
  /** With the suite's parallelism. */
  readonly totalMs: number;
  /** How many at once that is; an exclusive run has its host for itself, so it takes as many hosts. */
  readonly atOnce: number;
}

export function plannedTime(suite: Suite, plans: readonly TestPlan[]): PlannedTime {
  const runs = plans.flatMap(({ runs: count, time }) => Array.from({ length: count }, () => time.totalMs));
  const atOnce = Math.min(suite.parallelism, runs.length);
  return { oneByOneMs: suiteTimeMs(runs, 1), totalMs: suiteTimeMs(runs, atOnce), atOnce };
}
