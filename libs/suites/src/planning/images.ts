import type { PostgresServer } from '../model/postgres.ts';
import type { TargetName } from '../model/scalars.ts';

/** The major version that `installed` means where nothing is installed: in containers. */
const DEFAULT_MAJOR = '17';

/** The version in effect: `installed` only where the host has one. */
export const versionOn = (target: TargetName, version: PostgresServer['version']): PostgresServer['version'] =>
  target !== 'local' && version === 'installed' ? DEFAULT_MAJOR : version;

/** Official images of the programs, by the names that an operator can mirror; the run records the digests pulled. */
export const IMAGES = {
  etcd: 'quay.io/coreos/etcd:v3.5.17',
  pgbouncer: 'edoburu/pgbouncer',
  nodeExporter: 'prom/node-exporter',
  postgresExporter: 'prometheuscommunity/postgres-exporter',
  pgbouncerExporter: 'quay.io/prometheuscommunity/pgbouncer-exporter',
} as const;

/** OrioleDB needs a patched server and ships its own. */
export const postgresImage = ({ version, storageEngine }: PostgresServer): string =>
  storageEngine === 'orioledb' ? `orioledb/orioledb:latest-pg${version}` : `postgres:${version}-alpine`;

/** Nobody publishes an official image with Patroni: ours is PostgreSQL's (or OrioleDB's) and Patroni on top. */
export const patroniImage = ({ version, storageEngine }: PostgresServer): string =>
  storageEngine === 'orioledb' ? `benchbus/patroni:${version}-orioledb` : `benchbus/patroni:${version}`;

/** The same for WAL-G, and for rclone, which takes dumps to S3. */
export const backupImage = ({ version }: Pick<PostgresServer, 'version'>): string => `benchbus/backup:${version}`;
