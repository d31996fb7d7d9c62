import { z } from 'zod';
import { nodeName, targetName } from '../model/scalars.ts';
import { RESERVED_SETTINGS } from './reserved-settings.ts';
import { duration, settingValue, size, title } from './scalars.ts';

export const API_VERSION = 'benchbus.io/v1';

const hardware = z
  .strictObject({
    cores: z.number().positive().max(4096).default(1).describe('CPU cores; may be a fraction'),
    memory: size.prefault('1GB').describe('Memory limit, with unit: 1GB (10^9), 4GiB (2^30)'),
    disk: size.prefault('5GB').describe('Disk, with unit'),
  })
  .prefault({});

const VERSIONS = ['installed', '15', '16', '17', '18'] as const;
const version = z
  .union([z.enum(VERSIONS), z.literal([15, 16, 17, 18])], { error: `one of ${VERSIONS.join(', ')}` })
  .transform((value) => String(value) as (typeof VERSIONS)[number]);

/** A name as PostgreSQL takes it, but not one of those a deployment decides; one pattern, so that editors know it too. */
const SETTING_NAME = new RegExp(`^(?!(?:${RESERVED_SETTINGS.join('|')})$)[a-z_][a-z0-9_.]{0,99}$`, 'i');

const settings = z
  .record(
    z
      .string()
      .regex(
        SETTING_NAME,
        `a setting of postgresql.conf, but not one of those benchbus sets itself (${RESERVED_SETTINGS.join(', ')})`,
      ),
    settingValue,
  )
  .prefault({})
  .describe('postgresql.conf: passed on as they are');

const postgres = z
  .strictObject({
    version: version.prefault('installed').describe('Major version; installed = what the host has'),
    storageEngine: z.literal('heap').default('heap'),
    settings,
    patroni: z.strictObject({ enabled: z.literal(false).default(false) }).prefault({}),
  })
  .prefault({});

const node = z.strictObject({
  name: nodeName.describe("Unique in the topology; `load` is the load tool's"),
  hardware,
  postgres: z.strictObject({ role: z.literal('primary') }),
});

const database = z.strictObject({
  topology: z.strictObject({ postgres, nodes: z.array(node).min(1).max(64) }),
});

const count = (max: number) => z.int().min(1).max(max);

const pgbench = z.strictObject({
  tool: z.literal('pgbench'),
  script: z.enum(['tpcb-like', 'simple-update', 'select-only']).default('tpcb-like'),
  scale: count(100_000).default(1).describe('Scale factor: 100,000 accounts (16 MB) each'),
  clients: count(100_000).default(1).describe('Concurrent sessions'),
  threads: count(4096).default(1).describe('Threads of the load tool, at most as many as clients'),
  protocol: z.enum(['simple', 'extended', 'prepared']).default('prepared'),
  warmup: duration.prefault('5s').describe('Runs the load without measuring first'),
  duration: duration.prefault('60s').describe('Length of the measurement, at least 1s'),
  hardware,
});

const test = z.strictObject({
  name: title,
  description: z.string().max(10_000).default(''),
  database,
  workload: z.discriminatedUnion('tool', [pgbench]),
  repeat: z
    .strictObject({
      times: count(500).default(1),
      reset: z.enum(['none', 'data', 'server']).default('data').describe('What is made anew for each repeat'),
    })
    .prefault({}),
});

const timeouts = z
  .strictObject({
    queue: duration.prefault('24h').describe('Waiting for a host and a network block'),
    network: duration.prefault('5m'),
    provision: duration.prefault('10m'),
    database: duration.prefault('10m'),
    workload: duration.optional().describe('Default: 2h, or longer where a test needs it'),
    artifacts: duration.prefault('10m'),
  })
  .prefault({});

/** The native dialect: what a file may say, and the defaults of what it does not. Source of the JSON Schema for editors. */
export const nativeSuite = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Suite'),
  name: title,
  target: targetName.default('local').describe('A target the operator has configured'),
  parallelism: count(500).default(1).describe('Runs at once'),
  sharing: z.enum(['exclusive', 'allowed']).default('exclusive').describe('May other runs use the same host meanwhile'),
  hardwarePolicy: z.enum(['reject', 'clamp']).default('reject').describe('What to do when the host is too small'),
  keep: z
    .strictObject({
      when: z.enum(['never', 'on-failure', 'always']).default('never'),
      for: duration.prefault('30m'),
    })
    .prefault({})
    .describe('Keep the deployment for a look after the run'),
  onInterrupt: z.enum(['fail', 'repeat']).default('fail').describe('When the load tool itself was killed'),
  timeouts,
  images: z
    .strictObject({ pull: z.enum(['if-not-present', 'always', 'never']).default('if-not-present') })
    .prefault({}),
  artifacts: z.strictObject({ retention: duration.prefault('30d') }).prefault({}),
  tests: z.array(test).min(1).max(500),
});
export type NativeSuite = z.output<typeof nativeSuite>;
export type NativeSuiteInput = z.input<typeof nativeSuite>;
