import { z } from 'zod';
import { sysbenchWorkload } from '../../model/workload.ts';
import { absolutePath, duration, line, lines } from '../scalars.ts';
import { UINT32, count, environment, hardware } from './common.ts';

const measurement = duration.prefault('60s').describe('Length of the measurement, at least 1s');
const measured = {
  warmup: duration.prefault('5s').describe('Runs the load without measuring first'),
  duration: measurement,
  hardware,
};
const rate = z.number().positive().max(1e9).optional();
const argv = z.array(lines(32_768)).min(1).max(1000);

const pgbench = z
  .strictObject({
    tool: z.literal('pgbench').describe("PostgreSQL's own load tool"),
    script: z
      .union([
        z.enum(['tpcb-like', 'simple-update', 'select-only']),
        z.strictObject({ custom: lines(65_536).min(1).describe("The text of a script in pgbench's language") }),
      ])
      .default('tpcb-like')
      .describe('A built-in script, or { custom: text } for your own'),
    scale: count(100_000).default(1).describe('Scale factor: 100,000 accounts (16 MB) each'),
    clients: count(100_000).default(1).describe('Concurrent sessions'),
    threads: count(4096).default(1).describe('Threads of the load tool, at most as many as clients'),
    protocol: z.enum(['simple', 'extended', 'prepared']).default('prepared').describe('Query protocol'),
    rate: rate.describe('Transactions per second over all clients; not given: as fast as they can'),
    latencyLimit: duration
      .optional()
      .describe('With a rate: what takes longer is counted as late, and what is late before it begins is skipped'),
    ...measured,
  })
  .describe('pgbench');

const goTpc = z
  .strictObject({
    tool: z.literal('go-tpc').describe('TPC-C by go-tpc'),
    benchmark: z.enum(['tpcc']).default('tpcc').describe('Which of the TPC benchmarks'),
    warehouses: count(100_000).default(1).describe('Scale: about 100 MB each'),
    threads: count(100_000).default(1).describe('Concurrent sessions'),
    ignoreErrors: z.boolean().default(false).describe('Go on after an error, so that a failover does not end the run'),
    ...measured,
  })
  .describe('go-tpc');

const sysbench = z
  .strictObject({
    tool: z.literal('sysbench').describe('sysbench OLTP'),
    script: sysbenchWorkload.shape.script.default('oltp_read_write').describe("One of sysbench's scripts"),
    tables: count(10_000).default(1).describe('Number of tables'),
    tableSize: count(1_000_000_000).default(10_000).describe('Rows per table'),
    threads: count(100_000).default(1).describe('Concurrent sessions'),
    rate: rate.describe('Transactions per second over all threads; not given: as fast as they can'),
    ...measured,
  })
  .describe('sysbench');

const stroppy = z
  .strictObject({
    tool: z.literal('stroppy').describe('Stroppy, as the predecessor ran it'),
    version: line.describe('Tag of the release to use'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe("SHA-256 of the release's tarball; not given: as the release's own list says"),
    binaryPath: absolutePath.default('/opt/stroppy/stroppy').describe('Where the program lies once unpacked'),
    workdir: absolutePath.default('/opt/stroppy/work').describe('Folder in which it generates and runs its scripts'),
    workload: z.enum(['tpcc', 'tpcb']).default('tpcb').describe('Which benchmark'),
    scaleFactor: z.int().min(0).max(UINT32).default(1).describe('Its SCALE_FACTOR'),
    duration: duration.prefault('1h').describe('Its DURATION, at least 1s'),
    environment,
    hardware,
  })
  .describe('stroppy');

const command = z
  .strictObject({
    tool: z.literal('command').describe('A program of your own'),
    command: argv.describe(
      'Program and arguments; the connection comes in PGHOST, PGPORT, …; results leave as JSON lines',
    ),
    prepare: argv.optional().describe('Program and arguments that load the data first'),
    environment,
    ...measured,
    warmup: duration.prefault('0s').describe('Results of this first part are not counted'),
  })
  .describe('command');

export const workload = z
  .discriminatedUnion('tool', [pgbench, goTpc, sysbench, stroppy, command])
  .describe('What does the measuring, on a node of its own named `load`; the keys are those of the tool');
export type NativeWorkload = z.output<typeof workload>;
