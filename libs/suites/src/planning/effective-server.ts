import type { PostgresServer, PostgresSettings } from '../model/postgres.ts';
import type { Topology, TopologyNode } from '../model/database.ts';

/** PostgreSQL takes a setting's name in any case, and the last of its values: so the node's own, however either is written. */
const lastWins = (...levels: readonly (PostgresSettings | undefined)[]): PostgresSettings =>
  Object.fromEntries(
    levels.flatMap((level = {}) => Object.entries(level).map(([name, value]) => [name.toLowerCase(), value] as const)),
  );

/** What a node's server is: the override replaces the topology's as a whole, the node's own settings are merged over. */
export function effectiveServer({ postgres }: Topology, node: TopologyNode): PostgresServer {
  const { version, storageEngine, settings } = node.postgres?.override ?? postgres;
  return { version, storageEngine, settings: lastWins(settings, node.postgres?.settings) };
}
