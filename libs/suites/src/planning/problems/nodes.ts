import type { Topology } from '../../model/database.ts';
import type { TopologyProblem } from './problem.ts';
import { ofNode } from './problem.ts';

/** The load tool's node; no node of a topology may have this name. */
export const LOAD_NODE = 'load';

/** Rules that a validated suite keeps; a plan of one that breaks them would be nonsense. */
export function nodeProblems({ nodes, postgres }: Topology): TopologyProblem[] {
  const found: TopologyProblem[] = [];
  const primaries = nodes.filter((node) => node.postgres?.role === 'primary');
  if (primaries.length === 0)
    found.push({ code: 'NO_PRIMARY', message: 'the topology has no primary', where: 'database.topology.nodes' });
  for (const { name } of primaries.slice(1))
    found.push(ofNode(name, 'SECOND_PRIMARY', 'the topology has a primary already', 'make it a replica'));
  const seen = new Set([LOAD_NODE]);
  for (const node of nodes) {
    if (seen.has(node.name))
      found.push(ofNode(node.name, 'NODE_NAME_TAKEN', 'another node has this name', 'rename it'));
    seen.add(node.name);
    if (
      !node.postgres &&
      !node.etcd &&
      !node.pgbouncer &&
      !node.backup &&
      !node.monitoring?.nodeExporter &&
      !node.monitoring?.postgresExporter
    )
      found.push(
        ofNode(node.name, 'NODE_WITHOUT_WORK', 'nothing is to run on it', 'give it a component, or remove it'),
      );
  }
  if (postgres.patroni && !nodes.some((node) => node.etcd))
    found.push({
      code: 'PATRONI_NEEDS_ETCD',
      message: 'Patroni keeps its leader in etcd, and no node has etcd',
      where: 'database.topology.postgres.patroni',
      hint: 'give one, three or five nodes etcd',
    });
  return found;
}
