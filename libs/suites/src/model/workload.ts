import { z } from 'zod';
import { hardware, milliseconds, secretRef } from './scalars.ts';

/** What an operating system takes as the name of a variable: shells take less. */
// eslint-disable-next-line no-control-regex -- a NUL would end the name
export const VARIABLE_NAME = /^[^=\u0000]+$/;

/** Variables of the tool's environment; secrets by reference. */
const environment = z.record(z.string().regex(VARIABLE_NAME), z.union([z.string(), secretRef]));

const measured = { warmupMs: milliseconds, durationMs: milliseconds.min(1000), hardware };

/** pgbench: a built-in script, or one of the suite's own (`custom`, its text). */
export const pgbenchWorkload = z.strictObject({
  tool: z.literal('pgbench'),
  script: z.union([
    z.enum(['tpcb-like', 'simple-update', 'select-only']),
    z.strictObject({ custom: z.string().min(1).max(65_536) }),
  ]),
  scale: z.int().min(1),
  clients: z.int().min(1),
  threads: z.int().min(1),
  protocol: z.enum(['simple', 'extended', 'prepared']),
  /** Open loop: transactions per second over all clients; absent: as fast as they can. */
  rate: z.number().positive().optional(),
  ...measured,
});
export type PgbenchWorkload = z.infer<typeof pgbenchWorkload>;

/** TPC-C by go-tpc (github.com/pingcap/go-tpc). */
export const goTpcWorkload = z.strictObject({
  tool: z.literal('go-tpc'),
  benchmark: z.enum(['tpcc']),
  warehouses: z.int().min(1),
  threads: z.int().min(1),
  /** Go on after an error, so that a failover does not end the run. */
  ignoreErrors: z.boolean(),
  ...measured,
});
export type GoTpcWorkload = z.infer<typeof goTpcWorkload>;

export const sysbenchWorkload = z.strictObject({
  tool: z.literal('sysbench'),
  script: z.enum([
    'oltp_read_write',
    'oltp_read_only',
    'oltp_write_only',
    'oltp_point_select',
    'oltp_insert',
    'oltp_delete',
    'oltp_update_index',
    'oltp_update_non_index',
  ]),
  tables: z.int().min(1),
  /** Rows per table. */
  tableSize: z.int().min(1),
  threads: z.int().min(1),
  /** Transactions per second over all threads; absent: as fast as they can. */
  rate: z.number().positive().optional(),
  ...measured,
});
export type SysbenchWorkload = z.infer<typeof sysbenchWorkload>;

/** Stroppy, as the predecessor ran it (suite-format.md). */
export const stroppyWorkload = z.strictObject({
  tool: z.literal('stroppy'),
  /** Release tag. */
  version: z.string().min(1),
  /** Absolute: where the program lies after the release is unpacked. */
  binaryPath: z.string().startsWith('/'),
  workdir: z.string().startsWith('/'),
  workload: z.enum(['tpcc', 'tpcb']),
  scaleFactor: z.int().min(0),
  durationMs: milliseconds.min(1000),
  environment,
  hardware,
});
export type StroppyWorkload = z.infer<typeof stroppyWorkload>;

/** Any program: the connection comes in its environment (PGHOST …), results leave as JSON lines. */
export const commandWorkload = z.strictObject({
  tool: z.literal('command'),
  command: z.array(z.string()).min(1),
  /** Run once before, to load data. */
  prepare: z.array(z.string()).min(1).optional(),
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
