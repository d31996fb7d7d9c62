import { z } from 'zod';
import { count, hardware, milliseconds, secretRef } from './scalars.ts';

/** What an operating system takes as the name of a variable: shells take less. */
// eslint-disable-next-line no-control-regex -- a NUL would end the name
export const VARIABLE_NAME = /^[^=\u0000]+$/;

/** Variables of the tool's environment; secrets by reference. */
const environment = z
  .record(z.string().regex(VARIABLE_NAME), z.union([z.string(), secretRef]))
  .describe('Environment variables of the tool; secrets by reference');

const threads = count.describe('Threads of the tool');
const rate = z.number().positive().optional().meta({
  description: 'Open loop: over all clients together; not given: as fast as they can',
  'x-unit': 'transactions/s',
});
const hardwareOfTool = hardware.describe("What the tool's node may use");
const measured = {
  warmupMs: milliseconds.describe('Load before the measurement, not counted'),
  durationMs: milliseconds.min(1000).describe('Length of the measurement'),
  hardware: hardwareOfTool,
};

/** pgbench: a built-in script, or one of the suite's own (`custom`, its text). */
export const pgbenchWorkload = z.strictObject({
  tool: z.literal('pgbench').describe('Load tool'),
  script: z
    .union([
      z.enum(['tpcb-like', 'simple-update', 'select-only']),
      z.strictObject({ custom: z.string().min(1).max(65_536).describe('Text of the script') }),
    ])
    .describe('Built-in script, or one of the suite'),
  scale: count.describe('Scale factor: 100,000 accounts each'),
  clients: count.describe('Concurrent sessions'),
  threads,
  protocol: z.enum(['simple', 'extended', 'prepared']).describe('Query protocol'),
  rate,
  latencyLimitMs: milliseconds
    .min(1)
    .optional()
    .describe(
      'With a rate: what takes longer is late, and what is late before it begins is skipped; not given: no limit',
    ),
  ...measured,
});
export type PgbenchWorkload = z.infer<typeof pgbenchWorkload>;

/** TPC-C by go-tpc (github.com/pingcap/go-tpc). */
export const goTpcWorkload = z.strictObject({
  tool: z.literal('go-tpc').describe('Load tool'),
  benchmark: z.enum(['tpcc']).describe('Benchmark of the tool'),
  warehouses: count.describe('Warehouses'),
  threads,
  ignoreErrors: z.boolean().describe('Go on after an error, so that a failover does not end the run'),
  ...measured,
});
export type GoTpcWorkload = z.infer<typeof goTpcWorkload>;

export const sysbenchWorkload = z.strictObject({
  tool: z.literal('sysbench').describe('Load tool'),
  script: z
    .enum([
      'oltp_read_write',
      'oltp_read_only',
      'oltp_write_only',
      'oltp_point_select',
      'oltp_insert',
      'oltp_delete',
      'oltp_update_index',
      'oltp_update_non_index',
    ])
    .describe('Script of sysbench'),
  tables: count.describe('Tables'),
  tableSize: z.int().min(1).meta({ description: 'Size of each table', 'x-unit': 'rows' }),
  threads,
  rate,
  ...measured,
});
export type SysbenchWorkload = z.infer<typeof sysbenchWorkload>;

/** Stroppy, as the predecessor ran it (suite-format.md). */
export const stroppyWorkload = z.strictObject({
  tool: z.literal('stroppy').describe('Load tool'),
  version: z.string().min(1).describe('Release tag'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("SHA-256 of the release's tarball; not given: as the release's own list says"),
  binaryPath: z.string().startsWith('/').describe('Absolute: where the program lies after the release is unpacked'),
  workdir: z.string().startsWith('/').describe('Working folder'),
  workload: z.enum(['tpcc', 'tpcb']).describe('Benchmark of the tool'),
  scaleFactor: z.int().min(0).meta({ description: 'Scale factor', 'x-unit': 'count' }),
  durationMs: milliseconds.min(1000).describe('Length of the measurement'),
  environment,
  hardware: hardwareOfTool,
});
export type StroppyWorkload = z.infer<typeof stroppyWorkload>;

/** Any program: the connection comes in its environment (PGHOST …), results leave as JSON lines. */
export const commandWorkload = z.strictObject({
  tool: z.literal('command').describe('Load tool'),
  command: z.array(z.string()).min(1).describe('Program and arguments'),
  prepare: z.array(z.string()).min(1).optional().describe('Run once before, to load data'),
  environment,
  ...measured,
});
export type CommandWorkload = z.infer<typeof commandWorkload>;

export const workload = z.discriminatedUnion('tool', [
  pgbenchWorkload,
  goTpcWorkload,
  sysbenchWorkload,
  stroppyWorkload,
  commandWorkload,
]);
export type Workload = z.infer<typeof workload>;
export type WorkloadTool = Workload['tool'];

/** How long the tool is under way: warm-up (where the tool has one) and measurement. */
export const workloadTimeMs = (of: Workload): number => ('warmupMs' in of ? of.warmupMs : 0) + of.durationMs;
