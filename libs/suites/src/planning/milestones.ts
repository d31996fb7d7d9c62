import type { Layout, LayoutNode, ServerNode } from './layout.ts';
import { nodesWith, serversOf } from './layout.ts';
import type { StartAfter } from './plan.ts';

/** A server that is up: the primary takes writes, a replica streams. */
export function serverUp(layout: Layout, node: ServerNode): StartAfter {
  const process = layout.patroni ? 'patroni' : 'postgres';
  if (node !== layout.primary) return { node: node.name, process, until: 'streaming' };
  return { node: node.name, process, until: layout.patroni ? 'leader' : 'accepting' };
}

export const serversUp = (layout: Layout): StartAfter[] => serversOf(layout).map((node) => serverUp(layout, node));

/** All members: a majority would do, but then a slow one would join under load. */
export const etcdUp = (layout: Layout): StartAfter[] =>
  nodesWith(layout, 'etcd').map(({ name }) => ({ node: name, process: 'etcd', until: 'quorum' }));

export const pgbouncerUp = ({ name }: LayoutNode): StartAfter => ({
  node: name,
  process: 'pgbouncer',
  until: 'routing',
});
