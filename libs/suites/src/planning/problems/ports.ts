import type { PlannedNode } from '../plan.ts';
import { launchOf } from '../plan.ts';
import type { TopologyProblem } from './problem.ts';
import { ofNode } from './problem.ts';

/** Two processes of one node that would listen on one port. */
export function portProblems(nodes: readonly PlannedNode[]): TopologyProblem[] {
  return nodes.flatMap(({ name, processes }) => {
    const taken = new Map<number, string>();
    const found: TopologyProblem[] = [];
    for (const process of processes) {
      for (const [use, port] of Object.entries(launchOf(process)?.ports ?? {})) {
        const what = `${process.kind} (${use})`;
        const earlier = taken.get(port);
        if (earlier !== undefined)
          found.push(
            ofNode(
              name,
              'PORT_TAKEN_TWICE',
              `port ${port} is wanted by ${earlier} and ${what}`,
              'give one of them another port',
            ),
          );
        taken.set(port, earlier ?? what);
      }
    }
    return found;
  });
}
