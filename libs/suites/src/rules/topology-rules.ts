import { etcdSize, onePrimary, patroniNeeds } from './cluster-rules.ts';
import { backups, nodeHasComponent, nodeNames } from './node-rules.ts';
import { patroniTiming } from './patroni-timing.ts';
import { portCollisions } from './port-rules.ts';
import type { RuleFinding } from './rule-finding.ts';
import { orioledbVersions, replicasLikePrimary } from './server-rules.ts';
import type { TopologyDraft } from './topology-draft.ts';

/**
 * What the shape of a topology alone cannot say, for both dialects; empty where all is well. Each finding names its rule,
 * so that a dialect can leave one out. Pure; never throws.
 */
export function topologyFindings(topology: TopologyDraft): RuleFinding[] {
  const { postgres, nodes } = topology;
  return [
    ...nodeNames(nodes),
    ...nodeHasComponent(nodes),
    ...onePrimary(nodes),
    ...etcdSize(nodes),
    ...patroniNeeds(topology),
    ...patroniTiming(postgres?.patroni ?? {}),
    ...orioledbVersions(topology),
    ...replicasLikePrimary(topology),
    ...backups(nodes),
    ...portCollisions(nodes, postgres?.patroni !== undefined),
  ];
}
