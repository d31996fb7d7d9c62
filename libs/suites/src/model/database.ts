import { z } from 'zod';
import { backup, etcd, monitoring, pgbouncer } from './components.ts';
import { patroni, postgresRole, postgresServer } from './postgres.ts';
import { hardware, nodeName, port, secretRef } from './scalars.ts';

/** A node runs at least one component; several on one node are colocated. */
export const topologyNode = z.strictObject({
  name: nodeName.describe('Name of the node'),
  hardware: hardware.describe('What the node may use'),
  postgres: postgresRole.optional().describe('Runs PostgreSQL'),
  etcd: etcd.optional().describe('Runs a member of the etcd cluster'),
  pgbouncer: pgbouncer.optional().describe('Runs PgBouncer'),
  backup: backup.optional().describe('Makes backups'),
  monitoring: monitoring.optional().describe('Runs exporters of metrics'),
});
export type TopologyNode = z.infer<typeof topologyNode>;

/** The order of the nodes gives the addresses. */
export const topology = z.strictObject({
  postgres: postgresServer
    .extend({
      patroni: patroni.optional().describe('Patroni manages the cluster; not given: plain streaming replication'),
    })
    .describe('The server of every node that does not override it'),
  nodes: z.array(topologyNode).min(1).describe('Their order gives the addresses'),
});
export type Topology = z.infer<typeof topology>;

/** Where an existing database is, in parts. */
const inParts = z.strictObject({
  host: z.string().min(1).describe('Host name or address'),
  port,
  user: z.string().min(1).describe('Role'),
  database: z.string().min(1).describe('Name of the database'),
  password: secretRef.optional().describe('Password, by reference; not given: none is sent'),
  parameters: z.record(z.string(), z.string()).describe('libpq parameters (`sslmode`), none of them a secret'),
});

/** The whole URL by reference: of several hosts, of another driver, with more secrets than a password. */
const byUrl = z.strictObject({ url: secretRef.describe('The whole URL, by reference') });

/** A database that exists already, and that nobody here creates or destroys. */
export const externalDatabase = z.union([inParts, byUrl]);
export type ExternalDatabase = z.infer<typeof externalDatabase>;

/** Exactly one of both. */
export const database = z.union([
  z.strictObject({ topology: topology.describe('Nodes to be set up') }),
  z.strictObject({ connection: externalDatabase.describe('A database that exists already') }),
]);
export type Database = z.infer<typeof database>;

/** Undefined for an external database. */
export const topologyOf = (of: Database): Topology | undefined => ('topology' in of ? of.topology : undefined);
