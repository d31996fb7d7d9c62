import type { Topology } from '../../model/database.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { formatPath } from '../../parse/field-path.ts';
import type { TopologyRule } from '../../rules/rule-finding.ts';
import { topologyFindings } from '../../rules/topology-rules.ts';
import type { TopologyProblem } from './problem.ts';

/** A plan's codes of the shared rules. Replicas are judged by what `installed` is on the target (servers.ts). */
const CODES: Readonly<Record<Exclude<TopologyRule, 'replica-like-primary'>, string>> = {
  'node-names': 'NODE_NAME_TAKEN',
  'node-has-component': 'NODE_WITHOUT_WORK',
  'one-primary': 'SECOND_PRIMARY',
  'etcd-size': 'ETCD_SIZE',
  'patroni-needs-etcd': 'PATRONI_NEEDS_ETCD',
  'patroni-needs-replica': 'PATRONI_NEEDS_REPLICA',
  'synchronous-replicas': 'SYNCHRONOUS_REPLICAS',
  'patroni-timing': 'PATRONI_TIMING',
  'orioledb-version': 'ORIOLEDB_VERSION',
  'backup-needs-postgres': 'BACKUP_NEEDS_POSTGRES',
  'backup-schedule': 'BACKUP_SCHEDULE',
  'port-collision': 'PORT_TAKEN_TWICE',
};

function problemAt({ nodes }: Topology, code: string, message: string, path: FieldPath): TopologyProblem {
  const [first, index] = path;
  const node = first === 'nodes' && typeof index === 'number' ? nodes[index]?.name : undefined;
  if (node === undefined) return { code, message, where: formatPath(['database', 'topology', ...path]) };
  return { code, message, where: `node ${node}`, node };
}

/** Rules that a validated suite keeps; a plan of one that breaks them would be nonsense. */
export function nodeProblems(topology: Topology): TopologyProblem[] {
  if (!topology.nodes.some((node) => node.postgres?.role === 'primary'))
    return [problemAt(topology, 'NO_PRIMARY', 'the topology has no primary; allowed is exactly one', ['nodes'])];
  return topologyFindings(topology).flatMap(({ rule, text, path }) =>
    rule === 'replica-like-primary' ? [] : [problemAt(topology, CODES[rule], text, path)],
  );
}
