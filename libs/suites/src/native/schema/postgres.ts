import { z } from 'zod';
import { RESERVED_SETTINGS } from '../reserved-settings.ts';
import { duration, settingValue, size } from '../scalars.ts';
import { UINT32, count } from './common.ts';

const VERSIONS = ['installed', '15', '16', '17', '18'] as const;
const version = z
  .union([z.enum(VERSIONS), z.literal([15, 16, 17, 18])], { error: `one of ${VERSIONS.join(', ')}` })
  .transform((value) => String(value) as (typeof VERSIONS)[number]);

const storageEngine = z.enum(['heap', 'orioledb']);

/** A name as PostgreSQL takes it, but not one of those a deployment decides; one pattern, so that editors know it too. */
const SETTING_NAME = new RegExp(`^(?!(?:${RESERVED_SETTINGS.join('|')})$)[a-z_][a-z0-9_.]{0,99}$`, 'i');

const settings = z.record(
  z
    .string()
    .regex(
      SETTING_NAME,
      `a setting of postgresql.conf, but not one of those benchbus sets itself (${RESERVED_SETTINGS.join(', ')})`,
    ),
  settingValue,
);

/** Off unless `enabled` says otherwise; by Patroni's own terms and with its defaults. */
export const patroni = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Let Patroni manage the cluster; needs etcd and a replica'),
    ttl: duration.prefault('30s').describe("How long the leader's lock lives without a renewal"),
    loopWait: duration.prefault('10s').describe('Pause between two looks at the cluster'),
    retryTimeout: duration.prefault('10s').describe('How long a failing etcd or PostgreSQL is tried again'),
    maximumLagOnFailover: size.prefault('1MiB').describe('A replica that lags further behind cannot become leader'),
    synchronousMode: z.boolean().default(false).describe('Commit only what a synchronous replica has confirmed'),
    synchronousNodeCount: count(UINT32).default(1).describe('Replicas that must confirm, with synchronousMode'),
  })
  .prefault({})
  .describe('Automatic failover by Patroni; {} is none');

/** Of every node that does not override it. */
export const postgres = z
  .strictObject({
    version: version.prefault('installed').describe('Major version; installed = what the host has'),
    storageEngine: storageEngine.default('heap').describe('orioledb: on the versions 16 and 17 only'),
    settings: settings.prefault({}).describe('postgresql.conf: passed on as they are'),
    patroni,
  })
  .prefault({})
  .describe('What every server of the topology is');

export const nodePostgres = z
  .strictObject({
    role: z.enum(['primary', 'replica']).describe('A replica streams from the primary'),
    override: z
      .strictObject({
        version: version.optional().describe("Instead of the topology's"),
        storageEngine: storageEngine.optional().describe("Instead of the topology's"),
        settings: settings.optional().describe("Instead of all of the topology's"),
      })
      .optional()
      .describe("Where this server differs: each key replaces the topology's"),
    settings: settings
      .prefault({})
      .describe('postgresql.conf of this server: added to the settings in effect, key by key'),
  })
  .describe('PostgreSQL on this node');
