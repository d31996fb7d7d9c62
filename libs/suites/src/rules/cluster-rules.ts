import { echo } from '../parse/echo.ts';
import { broken } from './rule-finding.ts';
import type { RuleFinding } from './rule-finding.ts';
import type { NodeDraft, TopologyDraft } from './topology-draft.ts';

/** More than one is always wrong; none only where no node's role is still unclear. */
export function onePrimary(nodes: readonly NodeDraft[]): RuleFinding[] {
  const servers = nodes.flatMap(({ postgres }) => (postgres === undefined ? [] : [postgres.role]));
  const primaries = servers.filter((role) => role === 'primary').length;
  const clear = servers.every((role) => role === 'primary' || role === 'replica');
  if (primaries === 1 || (primaries === 0 && (!clear || nodes.length === 0))) return [];
  const text = `the topology has ${primaries} primaries; allowed is exactly one node with postgres.role primary`;
  return [broken('one-primary', ['nodes'], text)];
}

const ETCD_SIZES = [0, 1, 3, 5];

/** An even number of members is lost as early as one less. */
export function etcdSize(nodes: readonly NodeDraft[]): RuleFinding[] {
  const members = nodes.filter(({ etcd }) => etcd !== undefined).length;
  if (ETCD_SIZES.includes(members)) return [];
  return [broken('etcd-size', ['nodes'], `etcd on ${members} nodes; allowed is etcd on 0, 1, 3 or 5 nodes`)];
}

export function patroniNeeds({ postgres, nodes }: TopologyDraft): RuleFinding[] {
  const patroni = postgres?.patroni;
  if (patroni === undefined) return [];
  const path = ['postgres', 'patroni'];
  const found: RuleFinding[] = [];
  if (!nodes.some(({ etcd }) => etcd !== undefined))
    found.push(
      broken('patroni-needs-etcd', path, 'Patroni without etcd; allowed is Patroni with etcd on 1, 3 or 5 nodes'),
    );
  const replicas = nodes.filter((node) => node.postgres?.role === 'replica').length;
  const unclear = nodes.some((node) => node.postgres !== undefined && node.postgres.role === undefined);
  if (unclear) return found;
  if (replicas === 0)
    found.push(broken('patroni-needs-replica', path, 'Patroni without a replica; allowed is Patroni with one or more'));
  // The predecessor's 0 counts as 1.
  const wanted = Math.max(1, patroni.synchronousNodeCount ?? 1);
  if (patroni.synchronousMode === true && replicas < wanted)
    found.push(
      broken(
        'synchronous-replicas',
        [...path, patroni.synchronousNodeCount === undefined ? 'synchronousMode' : 'synchronousNodeCount'],
        `synchronousMode wants ${echo(String(wanted), wanted)} synchronous replicas, the topology has ${replicas}; allowed are at most as many as replicas`,
      ),
    );
  return found;
}
