import type { Topology, TopologyNode } from '../model/database.ts';
import type { Patroni, PostgresServer } from '../model/postgres.ts';
import type { TargetName } from '../model/scalars.ts';
import { nodeAddress } from '../network/node-addresses.ts';
import { effectiveServer } from './effective-server.ts';
import { versionOn } from './images.ts';

/** A node of the topology with its address, and what its server is, where it has one. */
export interface LayoutNode {
  readonly node: TopologyNode;
  readonly name: string;
  readonly address: string;
  readonly server: PostgresServer | undefined;
}

export interface ServerNode extends LayoutNode {
  readonly server: PostgresServer;
}

/** Everything the components of a topology need to know of each other. */
export interface Layout {
  readonly target: TargetName;
  /** The run's block. */
  readonly cidr: string;
  readonly nodes: readonly LayoutNode[];
  readonly primary: ServerNode;
  readonly replicas: readonly ServerNode[];
  readonly patroni: Patroni | undefined;
  /** The topology's own server, before any override. */
  readonly defaults: PostgresServer;
}

const hasServer = (node: LayoutNode): node is ServerNode => node.server !== undefined;

/** Undefined without a primary. @throws RangeError when the block is too small */
export function layOut(topology: Topology, cidr: string, target: TargetName): Layout | undefined {
  const onTarget = (server: PostgresServer) => ({ ...server, version: versionOn(target, server.version) });
  const nodes = topology.nodes.map((node, index) => ({
    node,
    name: node.name,
    address: nodeAddress(cidr, index),
    server: node.postgres && onTarget(effectiveServer(topology, node)),
  }));
  const servers = nodes.filter(hasServer);
  const primary = servers.find(({ node }) => node.postgres?.role === 'primary');
  if (primary === undefined) return undefined;
  const { patroni, ...defaults } = topology.postgres;
  const replicas = servers.filter((server) => server !== primary);
  return { target, cidr, nodes, primary, replicas, patroni, defaults: onTarget(defaults) };
}

/** Every server, the primary first: the order in which they come up. */
export const serversOf = ({ primary, replicas }: Layout): readonly ServerNode[] => [primary, ...replicas];

/** Nodes that carry a component, in the topology's order. */
export const nodesWith = ({ nodes }: Layout, component: 'etcd' | 'pgbouncer' | 'backup'): readonly LayoutNode[] =>
  nodes.filter(({ node }) => node[component] !== undefined);

/**
 * Whether PgBouncer keeps prepared statements over server connections (`max_prepared_statements`, since 1.21): our images
 * do. A host may have an older one (Debian 12: 1.18), which refuses to start with a setting that it does not know.
 */
export const poolKeepsPrepared = ({ target }: Layout): boolean => target !== 'local';

/** Whether a backup streams the log, and so needs a slot. */
export const archivesWal = (layout: Layout): boolean =>
  nodesWith(layout, 'backup').some(({ node }) => node.backup?.tool === 'wal-g');
