import { z } from 'zod';
import { DEFAULT_PORTS } from '../../rules/ports.ts';
import { CRON_ALLOWED } from '../../rules/cron.ts';
import { absolutePath, duration, line } from '../scalars.ts';
import { UINT32, count, portOr, secret } from './common.ts';

export const etcd = z
  .strictObject({
    clientPort: portOr(DEFAULT_PORTS.etcdClient),
    monitor: z.boolean().default(false).describe('Add a node exporter'),
  })
  .describe('A member of the etcd cluster: on 1, 3 or 5 nodes');

export const pgbouncer = z
  .strictObject({
    port: portOr(DEFAULT_PORTS.pgbouncer),
    poolMode: z
      .enum(['session', 'transaction', 'statement'])
      .default('transaction')
      .describe('When a server connection goes back to the pool'),
    poolSize: count(UINT32).default(20).describe('Server connections per user and database'),
    maxClientConnections: count(UINT32).default(1000).describe('Client connections at most'),
    monitor: z.boolean().default(false).describe('Add a PgBouncer exporter'),
  })
  .describe('A connection pool in front of the primary; the load goes through the first one');

const s3 = z
  .strictObject({
    bucket: line.describe('Name of the bucket'),
    region: line.describe('Region of the bucket'),
    endpoint: line.describe('URL of the S3 service'),
    accessKeyId: secret,
    secretAccessKey: secret,
  })
  .describe('A bucket of an S3 service');

const destination = z
  .strictObject({
    s3: s3.optional(),
    path: absolutePath.optional().describe('Folder on the node'),
  })
  .meta({ oneOf: [{ required: ['s3'] }, { required: ['path'] }] })
  .describe('Exactly one of s3 and path');

export const backup = z
  .strictObject({
    tool: z.enum(['wal-g', 'pg_dump']).default('pg_dump').describe('wal-g: physical; pg_dump: logical'),
    schedule: line.describe(CRON_ALLOWED),
    retention: duration.optional().describe('How long a backup is kept; not given: for ever'),
    destination,
  })
  .describe('Backups of the database, on schedule');

export const monitoring = z
  .strictObject({
    nodeExporter: z
      .strictObject({
        port: portOr(DEFAULT_PORTS.nodeExporter),
        collectors: z.array(line).max(100).default([]).describe('Collectors to enable; empty: its own defaults'),
      })
      .optional()
      .describe('Prometheus node exporter: the machine'),
    postgresExporter: z
      .strictObject({
        port: portOr(DEFAULT_PORTS.postgresExporter),
        customQueriesPaths: z.array(line).max(100).default([]).describe('Files with queries of your own'),
      })
      .optional()
      .describe('Prometheus postgres exporter: the server'),
  })
  .describe('Exporters on this node');
