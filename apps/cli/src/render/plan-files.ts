import { launchOf } from '@benchbus/suites';
import type { TestPlan } from '../domain/example-plan.ts';
import { groupPlans } from '../domain/plan-overview.ts';

/** Every generated file of every topology; secrets and paths stand as placeholders. */
export function planFiles(plans: readonly TestPlan[]): string {
  const groups = groupPlans(plans);
  const lines = groups.flatMap(({ plan, tests }) => {
    const files = plan.nodes.flatMap(({ name, processes }) =>
      processes.flatMap((process) =>
        (launchOf(process)?.files ?? []).flatMap(({ path, mode, content }) => [
          `==> ${name}/${process.kind}/${path} (${mode}) <==`,
          content,
        ]),
      ),
    );
    const of = groups.length === 1 ? [] : [`### ${tests.map(({ test }) => test).join(', ')}`, ''];
    return [...of, ...(files.length === 0 ? ['no files are generated', ''] : files)];
  });
  return lines.join('\n').trimEnd();
}
