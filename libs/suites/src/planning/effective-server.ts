import type { PostgresServer } from '../model/postgres.ts';
import type { Topology, TopologyNode } from '../model/database.ts';

/** What a node's server is: the override replaces the topology's as a whole, the node's own settings are merged over. */
export function effectiveServer({ postgres }: Topology, node: TopologyNode): PostgresServer {
  const { version, storageEngine, settings } = node.postgres?.override ?? postgres;
  return { version, storageEngine, settings: { ...settings, ...node.postgres?.settings } };
}
