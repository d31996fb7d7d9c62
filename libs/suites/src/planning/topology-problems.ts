import type { Topology } from '../model/database.ts';
import type { TargetName } from '../model/scalars.ts';
import type { Workload } from '../model/workload.ts';
import { layOut } from './layout.ts';
import { nodeProblems } from './problems/nodes.ts';
import { poolProblems } from './problems/pool.ts';
import type { TopologyProblem } from './problems/problem.ts';
import { serverProblems } from './problems/servers.ts';

/** Room for more nodes than a suite may have: addresses are none of the problems looked for. */
const ANY_BLOCK = '10.0.0.0/16';

/**
 * Why no plan of a topology can be made, whatever the host and the block: found without planning, so that a suite is
 * refused before it is accepted. `workload`: what is to go through its pools.
 */
export function topologyProblems(topology: Topology, target: TargetName, workload?: Workload): TopologyProblem[] {
  const wrong = nodeProblems(topology);
  const layout = wrong.length === 0 ? layOut(topology, ANY_BLOCK, target) : undefined;
  if (layout === undefined) return wrong;
  return [...serverProblems(layout), ...(workload === undefined ? [] : poolProblems(layout, workload))];
}
