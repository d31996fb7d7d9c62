import { echo } from '../parse/echo.ts';
import type { FieldPath } from '../parse/field-path.ts';
import { DEFAULT_PORTS } from './ports.ts';
import { broken } from './rule-finding.ts';
import type { RuleFinding } from './rule-finding.ts';
import type { NodeDraft } from './topology-draft.ts';

interface Listener {
  readonly what: string;
  readonly port: number;
  /** Within the node: the key that says the port, or what makes it listen. */
  readonly path: FieldPath;
}

/** Everything on a node that listens; fixed ports first, so that the one a suite can change is reported. */
function listeners(node: NodeDraft, patroni: boolean): Listener[] {
  const { postgres, etcd, pgbouncer, monitoring } = node;
  const found: Listener[] = [];
  const add = (what: string, port: number, ...path: string[]): void => void found.push({ what, port, path });
  if (postgres) add('PostgreSQL', DEFAULT_PORTS.postgres, 'postgres');
  if (postgres && patroni) add('Patroni', DEFAULT_PORTS.patroni, 'postgres');
  if (etcd) add("etcd's peers", DEFAULT_PORTS.etcdPeer, 'etcd');
  if (pgbouncer?.monitor === true)
    add('the PgBouncer exporter', DEFAULT_PORTS.pgbouncerExporter, 'pgbouncer', 'monitor');
  // One node exporter a node: monitoring's own port wins over the one that etcd's `monitor` adds.
  const { nodeExporter, postgresExporter } = monitoring ?? {};
  if (etcd?.monitor === true && !nodeExporter) add('the node exporter', DEFAULT_PORTS.nodeExporter, 'etcd', 'monitor');
  if (etcd) add('etcd', etcd.clientPort ?? DEFAULT_PORTS.etcdClient, 'etcd', 'clientPort');
  if (pgbouncer) add('PgBouncer', pgbouncer.port ?? DEFAULT_PORTS.pgbouncer, 'pgbouncer', 'port');
  if (nodeExporter)
    add('the node exporter', nodeExporter.port ?? DEFAULT_PORTS.nodeExporter, 'monitoring', 'nodeExporter', 'port');
  if (postgresExporter)
    add(
      'the postgres exporter',
      postgresExporter.port ?? DEFAULT_PORTS.postgresExporter,
      'monitoring',
      'postgresExporter',
      'port',
    );
  return found.filter(({ port }) => port !== 0);
}

/** What shares a node shares its address, so each needs a port of its own. */
export const portCollisions = (nodes: readonly NodeDraft[], patroni: boolean): RuleFinding[] =>
  nodes.flatMap((node, index) => {
    const taken = new Map<number, Listener>();
    return listeners(node, patroni).flatMap((listener) => {
      const other = taken.get(listener.port);
      if (other === undefined) {
        taken.set(listener.port, listener);
        return [];
      }
      const text = `${listener.what} and ${other.what} would both listen on port ${echo(String(listener.port), listener.port)} of this node; allowed is a port of its own for each`;
      return [broken('port-collision', ['nodes', index, ...listener.path], text)];
    });
  });
