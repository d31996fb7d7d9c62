import type { PostgresServer, PostgresSettings } from '../../model/postgres.ts';
import type { Layout, LayoutNode, ServerNode } from '../layout.ts';
import { archivesWal } from '../layout.ts';
import { escapeTemplate } from '../placeholders.ts';

/** Senders for each replica: its stream and, while it is copied, the copy's own; and some for tools. */
export const sendersFor = (layout: Layout): number => 2 * layout.replicas.length + 4;
export const slotsFor = (layout: Layout): number => layout.replicas.length + (archivesWal(layout) ? 1 : 0);

/** As PostgreSQL compares names: without case. Values are templates from here on. */
export const asTemplates = (settings: PostgresSettings): PostgresSettings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.toLowerCase(), escapeTemplate(value)] as const),
  );

/** The suite may change these. PostgreSQL's own default is 10 of each. */
export function defaultSettings(layout: Layout, { storageEngine }: PostgresServer): PostgresSettings {
  return {
    ...(sendersFor(layout) > 10 ? { max_wal_senders: String(sendersFor(layout)) } : {}),
    ...(slotsFor(layout) > 10 ? { max_replication_slots: String(slotsFor(layout)) } : {}),
    ...(storageEngine === 'orioledb' ? { default_table_access_method: 'orioledb' } : {}),
  };
}

/** OrioleDB must be among the libraries, whatever else the suite loads. */
export function ownLibraries({ storageEngine, settings }: PostgresServer): PostgresSettings {
  if (storageEngine !== 'orioledb') return {};
  const asked = asTemplates(settings)['shared_preload_libraries'] ?? '';
  const names = asked.split(',').map((name) => name.trim());
  const others = names.filter((name) => name !== '' && name !== 'orioledb');
  return { shared_preload_libraries: ['orioledb', ...others].join(',') };
}

/** Where the Unix socket lies; empty: nowhere (`patroni --validate-config` of 3.0 complains of that, Patroni takes it). */
export const socketFolder = ({ target }: Layout): string =>
  // Two servers of one machine must not share a folder; a container has its own, which its image's tools expect.
  target === 'local' ? '' : '${RUN_DIR}';

/** libpq's keyword/value form: a value in quotes. */
const word = (value: string | number): string => `'${String(value)}'`;

/** How a replica finds its primary; the primary tells replicas apart by name, as all of 127/8 comes from 127.0.0.1. */
export function primaryConninfo(layout: Layout, replica: LayoutNode, port: number): string {
  const words = {
    host: layout.primary.address,
    port,
    user: 'replicator',
    password: '${SECRET:replication}',
    application_name: replica.name,
    sslmode: 'disable',
  };
  return Object.entries(words)
    .map(([name, value]) => `${name}=${word(value)}`)
    .join(' ');
}

/** A slot's name: letters, digits and "_" alone (node names have "-" and no "_", so none are confused). */
export const slotOf = ({ name }: LayoutNode): string => name.replaceAll('-', '_');

/** The slot of `wal-g wal-receive`; its name cannot be a node's: of one, the first character is a letter. */
export const BACKUP_SLOT = '_backup';

export const isReplica = (layout: Layout, node: ServerNode): boolean => node !== layout.primary;
