import { z } from 'zod';
import { backup, etcd, monitoring, pgbouncer } from './components.ts';
import { patroni, postgresRole, postgresServer } from './postgres.ts';
import { hardware, nodeName, port, secretRef } from './scalars.ts';

/** A node runs at least one component; several on one node are colocated. */
export const topologyNode = z.strictObject({
  name: nodeName,
  hardware,
  postgres: postgresRole.optional(),
  etcd: etcd.optional(),
  pgbouncer: pgbouncer.optional(),
  backup: backup.optional(),
  monitoring: monitoring.optional(),
});
export type TopologyNode = z.infer<typeof topologyNode>;

/** The order of the nodes gives the addresses. */
export const topology = z.strictObject({
  /** Of every node that does not override it; `patroni` absent: plain streaming replication. */
  postgres: postgresServer.extend({ patroni: patroni.optional() }),
  nodes: z.array(topologyNode).min(1),
});
export type Topology = z.infer<typeof topology>;

/** Where an existing database is, in parts. */
const inParts = z.strictObject({
  host: z.string().min(1),
  port,
  user: z.string().min(1),
  database: z.string().min(1),
  password: secretRef.optional(),
  /** libpq parameters of the URL's query (`sslmode`), none of them a secret. */
  parameters: z.record(z.string(), z.string()),
});

/** The whole URL by reference: of several hosts, of another driver, with more secrets than a password. */
const byUrl = z.strictObject({ url: secretRef });

/** A database that exists already, and that nobody here creates or destroys. */
export const externalDatabase = z.union([inParts, byUrl]);
export type ExternalDatabase = z.infer<typeof externalDatabase>;

/** Exactly one of both. */
export const database = z.union([z.strictObject({ topology }), z.strictObject({ connection: externalDatabase })]);
export type Database = z.infer<typeof database>;

/** Undefined for an external database. */
export const topologyOf = (of: Database): Topology | undefined => ('topology' in of ? of.topology : undefined);
