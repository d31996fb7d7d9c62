import { z } from 'zod';
import { nodeName } from '../model/scalars.ts';
import { bool, choice, required, secret, text, uint32, uint64 } from './scalars.ts';

const SETTING = 'a setting of postgresql.conf';
const settingName = z.string().regex(/^[a-z_][a-z0-9_.]{0,99}$/i, SETTING);
const settingValue = text.max(4096).regex(/^(?:\P{Cc}|\t)*$/u, 'text on one line');
const postgresqlConf = z.record(settingName, settingValue).default({});
const port = uint32(1, 65535);

export const hardware = z.strictObject({
  cores: uint32().default(0),
  memory: uint32().default(0).describe('GB'),
  disk: uint32().default(0).describe('GB'),
});
export type OldHardware = z.output<typeof hardware>;

const patroni = z.strictObject({
  enabled: bool.default(false),
  ttl: uint32().default(0).describe('Seconds'),
  loopWait: uint32().default(0).describe('Seconds'),
  retryTimeout: uint32().default(0).describe('Seconds'),
  maximumLagOnFailover: uint64.default(0).describe('Bytes'),
  synchronousMode: bool.default(false),
  synchronousNodeCount: uint32().default(0),
});
export type OldPatroni = z.output<typeof patroni>;

const pgSettings = z.strictObject({
  version: choice(['VERSION_UNSPECIFIED', 'VERSION_18', 'VERSION_17', 'VERSION_16']).optional(),
  storageEngine: choice(['STORAGE_ENGINE_UNSPECIFIED', 'STORAGE_ENGINE_HEAP', 'STORAGE_ENGINE_ORIOLEDB']).optional(),
  patroni: patroni.optional(),
  postgresqlConf,
});
export type OldPgSettings = z.output<typeof pgSettings>;

const postgres = z.strictObject({
  role: choice(['ROLE_UNSPECIFIED', 'ROLE_MASTER', 'ROLE_REPLICA']).pipe(
    z.enum(['ROLE_MASTER', 'ROLE_REPLICA'], 'one of ROLE_MASTER, ROLE_REPLICA'),
  ),
  settings: pgSettings.optional().describe("Instead of the cluster's defaults"),
  postgresqlConf,
});

const etcd = z.strictObject({
  config: z.strictObject({ baseClientPort: port.default(2379) }).optional(),
  monitor: bool.default(false),
});

const pgbouncer = z.strictObject({
  config: z.strictObject({
    poolSize: uint32().default(0),
    poolMode: choice(['POOL_MODE_UNSPECIFIED', 'SESSION', 'TRANSACTION', 'STATEMENT']).optional(),
    maxClientConn: uint32().default(0),
    port: port.default(6432),
  }),
  monitor: bool.default(false),
});

const backup = z.strictObject({
  config: z.strictObject({
    schedule: required.describe('Cron'),
    retention: text.default(''),
    tool: choice(['TOOL_UNSPECIFIED', 'WAL_G', 'PG_DUMP']).optional(),
    s3: z
      .strictObject({
        bucket: required,
        region: required,
        endpoint: required,
        accessKeyId: secret,
        secretAccessKey: secret,
      })
      .optional(),
    local: z.strictObject({ path: required }).optional(),
  }),
});

const monitoring = z.strictObject({
  nodeExporter: z.strictObject({ port: port.default(9100), collectors: z.array(text).default([]) }).optional(),
  postgresExporter: z
    .strictObject({ port: port.default(9187), customQueriesPaths: z.array(text).default([]) })
    .optional(),
});

const node = z.strictObject({
  name: nodeName,
  hardware,
  postgres: postgres.optional(),
  etcd: etcd.optional(),
  pgbouncer: pgbouncer.optional(),
  backup: backup.optional(),
  monitoring: monitoring.optional(),
});
export type OldNode = z.output<typeof node>;

/** A database template: exactly one of both, which is a rule of its own. */
export const databaseTemplate = z.strictObject({
  postgresInstance: z.strictObject({ defaults: pgSettings, node }).optional(),
  postgresCluster: z.strictObject({ defaults: pgSettings, nodes: z.array(node).min(2).max(250) }).optional(),
});
export type OldTemplate = z.output<typeof databaseTemplate>;
