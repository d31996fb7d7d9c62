import { backupProcess } from './components/backup.ts';
import { etcdProcess } from './components/etcd.ts';
import { nodeExporter, pgbouncerExporter, postgresExporter } from './components/exporters.ts';
import { patroniProcess } from './components/patroni.ts';
import { pgbouncerProcess } from './components/pgbouncer.ts';
import { postgresProcess } from './components/postgres.ts';
import { credentialOf } from './credentials.ts';
import type { Layout, LayoutNode } from './layout.ts';
import { nodesWith } from './layout.ts';
import type { Credential, CredentialName, PlannedProcess } from './plan.ts';

/** A node's processes, in the order in which they can start as far as the node alone goes. */
export function processesOf(layout: Layout, of: LayoutNode): PlannedProcess[] {
  const server = [layout.primary, ...layout.replicas].find(({ name }) => name === of.name);
  const database =
    server && (layout.patroni ? patroniProcess(layout, layout.patroni, server) : postgresProcess(layout, server));
  const all = [
    etcdProcess(layout, of),
    database,
    pgbouncerProcess(layout, of),
    backupProcess(layout, of),
    nodeExporter(layout, of),
    postgresExporter(layout, of),
    pgbouncerExporter(layout, of),
  ];
  return all.filter((process) => process !== undefined);
}

/** What must be derived for a run of this topology. */
export function credentialsOf(layout: Layout): Credential[] {
  const names: CredentialName[] = ['superuser'];
  if (layout.patroni) names.push('replication', 'rewind', 'patroni-api');
  else if (layout.replicas.length > 0) names.push('replication');
  if (nodesWith(layout, 'pgbouncer').length > 0) names.push('pgbouncer-admin');
  return names.map(credentialOf);
}
