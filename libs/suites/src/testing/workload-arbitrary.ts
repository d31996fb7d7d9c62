import fc from 'fast-check';
import type { Workload } from '../model/workload.ts';
import { absolutePath, count, environment, hardware, lines, seconds, text } from './scalar-arbitraries.ts';

/** The longest of these together: a suite's timeout for the stage has to be longer. */
export const LONGEST_MS = 4_200_000;

const wholeSeconds = { warmupMs: seconds(0, 600), durationMs: seconds(1, 3600), hardware };
const anyTime = {
  warmupMs: fc.integer({ min: 0, max: 600_000 }),
  durationMs: fc.integer({ min: 1000, max: 3_600_000 }),
  hardware,
};
const rate = fc.oneof(count, fc.double({ min: 0.001, max: 1e6, noNaN: true }));

const pgbench = fc
  .record(
    {
      script: fc.oneof(
        fc.constantFrom('tpcb-like' as const, 'simple-update' as const, 'select-only' as const),
        fc.record({ custom: lines }),
      ),
      scale: count,
      threads: fc.integer({ min: 1, max: 64 }),
      more: fc.nat(500),
      protocol: fc.constantFrom('simple' as const, 'extended' as const, 'prepared' as const),
      rate,
      limit: fc.integer({ min: 1, max: 60_000 }),
      ...wholeSeconds,
    },
    { requiredKeys: ['script', 'scale', 'threads', 'more', 'protocol', 'warmupMs', 'durationMs', 'hardware'] },
  )
  .map(({ more, limit, ...rest }) => ({
    tool: 'pgbench' as const,
    ...rest,
    clients: rest.threads + more,
    ...(rest.rate === undefined || limit === undefined ? {} : { latencyLimitMs: limit }),
  }));

const goTpc = fc.record({
  tool: fc.constant('go-tpc' as const),
  benchmark: fc.constant('tpcc' as const),
  warehouses: count,
  threads: count,
  ignoreErrors: fc.boolean(),
  ...anyTime,
});

const sysbench = fc.record(
  {
    tool: fc.constant('sysbench' as const),
    script: fc.constantFrom('oltp_read_write' as const, 'oltp_insert' as const, 'oltp_update_non_index' as const),
    tables: count,
    tableSize: count,
    threads: count,
    rate,
    ...wholeSeconds,
  },
  { requiredKeys: ['tool', 'script', 'tables', 'tableSize', 'threads', 'warmupMs', 'durationMs', 'hardware'] },
);

const stroppy = fc
  .record({
    tool: fc.constant('stroppy' as const),
    version: text(12),
    binaryPath: absolutePath,
    workdir: absolutePath,
    workload: fc.constantFrom('tpcc' as const, 'tpcb' as const),
    scaleFactor: fc.nat(10_000),
    durationMs: anyTime.durationMs,
    environment,
    hardware,
    sha256: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/), { nil: undefined }),
  })
  .map(({ sha256, ...rest }) => ({ ...rest, ...(sha256 === undefined ? {} : { sha256 }) }));

const argv = fc.array(fc.oneof(text(20), lines, fc.constant('')), { minLength: 1, maxLength: 4 });
const command = fc.record(
  { tool: fc.constant('command' as const), command: argv, prepare: argv, environment, ...anyTime },
  { requiredKeys: ['tool', 'command', 'environment', 'warmupMs', 'durationMs', 'hardware'] },
);

/** Any workload of any tool, LONGEST_MS at most. */
export const workloadArbitrary: fc.Arbitrary<Workload> = fc.oneof(pgbench, goTpc, sysbench, stroppy, command);
