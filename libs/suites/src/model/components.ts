import { z } from 'zod';
import { count, milliseconds, port, secretRef } from './scalars.ts';

/** A member of the topology's etcd cluster. */
export const etcd = z.strictObject({
  clientPort: port.describe('Port for clients'),
  monitor: z.boolean().describe('Adds a node exporter'),
});
export type Etcd = z.infer<typeof etcd>;

export const pgbouncer = z.strictObject({
  port,
  poolMode: z.enum(['session', 'transaction', 'statement']).describe('When a server connection goes back to the pool'),
  poolSize: count.describe('Server connections per user and database'),
  maxClientConnections: count.describe('Client connections at once'),
  monitor: z.boolean().describe('Adds a PgBouncer exporter'),
});
export type Pgbouncer = z.infer<typeof pgbouncer>;

export const s3Destination = z.strictObject({
  bucket: z.string().min(1).describe('Bucket'),
  region: z.string().min(1).describe('Region'),
  endpoint: z.string().min(1).describe('URL of the S3 service'),
  accessKeyId: secretRef.describe('Access key id, by reference'),
  secretAccessKey: secretRef.describe('Secret access key, by reference'),
});
export type S3Destination = z.infer<typeof s3Destination>;

export const backup = z.strictObject({
  tool: z.enum(['wal-g', 'pg_dump']).describe('What makes the backup'),
  schedule: z.string().min(1).describe('Cron expression of five fields, UTC'),
  retentionMs: milliseconds.optional().describe('How long a backup is kept; not given: for ever'),
  destination: z
    .union([
      z.strictObject({ s3: s3Destination.describe('An S3 bucket') }),
      z.strictObject({ path: z.string().min(1).describe('A folder of the node') }),
    ])
    .describe('Where backups go'),
});
export type Backup = z.infer<typeof backup>;

export const monitoring = z.strictObject({
  nodeExporter: z
    .strictObject({ port, collectors: z.array(z.string().min(1)).describe('Collectors to switch on') })
    .optional()
    .describe('Metrics of the operating system'),
  postgresExporter: z
    .strictObject({
      port,
      customQueriesPaths: z.array(z.string().min(1)).describe('Files of additional queries'),
    })
    .optional()
    .describe('Metrics of PostgreSQL'),
});
export type Monitoring = z.infer<typeof monitoring>;
