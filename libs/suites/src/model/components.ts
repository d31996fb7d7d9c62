import { z } from 'zod';
import { milliseconds, port, secretRef } from './scalars.ts';

/** A member of the topology's etcd cluster. */
export const etcd = z.strictObject({
  clientPort: port,
  /** Adds a node exporter. */
  monitor: z.boolean(),
});
export type Etcd = z.infer<typeof etcd>;

export const pgbouncer = z.strictObject({
  port,
  poolMode: z.enum(['session', 'transaction', 'statement']),
  /** Server connections per user and database. */
  poolSize: z.int().min(1),
  maxClientConnections: z.int().min(1),
  /** Adds a PgBouncer exporter. */
  monitor: z.boolean(),
});
export type Pgbouncer = z.infer<typeof pgbouncer>;

export const s3Destination = z.strictObject({
  bucket: z.string().min(1),
  region: z.string().min(1),
  endpoint: z.string().min(1),
  accessKeyId: secretRef,
  secretAccessKey: secretRef,
});
export type S3Destination = z.infer<typeof s3Destination>;

export const backup = z.strictObject({
  tool: z.enum(['wal-g', 'pg_dump']),
  /** Cron expression of five fields. */
  schedule: z.string().min(1),
  /** How long a backup is kept; absent: for ever. */
  retentionMs: milliseconds.optional(),
  destination: z.union([z.strictObject({ s3: s3Destination }), z.strictObject({ path: z.string().min(1) })]),
});
export type Backup = z.infer<typeof backup>;

export const monitoring = z.strictObject({
  nodeExporter: z.strictObject({ port, collectors: z.array(z.string().min(1)) }).optional(),
  postgresExporter: z.strictObject({ port, customQueriesPaths: z.array(z.string().min(1)) }).optional(),
});
export type Monitoring = z.infer<typeof monitoring>;
