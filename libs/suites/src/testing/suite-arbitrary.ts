import fc from 'fast-check';
import type { Hardware } from '../model/scalars.ts';
import type { Suite, Test } from '../model/suite.ts';

const seconds = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * 1000);
const longTime = fc.integer({ min: 1, max: 3650 * 86_400_000 });

const text = (max: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: max }).filter((value) => /^\P{Cc}+$/u.test(value));

const nodeName = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((name) => name !== 'load');

const hardware: fc.Arbitrary<Hardware> = fc.record({
  cores: fc.oneof(
    fc.integer({ min: 1, max: 64 }),
    fc.integer({ min: 1, max: 640 }).map((tenths) => tenths / 10),
  ),
  memoryBytes: fc.oneof(
    fc.integer({ min: 0, max: 2 ** 40 }),
    fc.integer({ min: 1, max: 64 }).map((gb) => gb * 1e9),
  ),
  diskBytes: fc.integer({ min: 0, max: 2 ** 45 }),
});

const settings = fc.dictionary(
  fc.constantFrom(
    'shared_buffers',
    'work_mem',
    'max_connections',
    'fsync',
    'pg_stat_statements.max',
    'log_line_prefix',
  ),
  fc.oneof(fc.constantFrom('256MB', 'on', '100', '1.50', '', 'null', '0x10', '%m [%p] '), text(20)),
);

const test: fc.Arbitrary<Test> = fc.record({
  name: text(60),
  description: fc.oneof(
    fc.constant(''),
    text(100),
    fc.array(text(20), { maxLength: 4 }).map((lines) => lines.join('\n')),
  ),
  labels: fc.constant({}),
  database: fc.record({
    topology: fc.record({
      postgres: fc.record({
        version: fc.constantFrom('installed', '15', '16', '17', '18'),
        storageEngine: fc.constant('heap' as const),
        settings: settings.map((entries) => ({ ...entries })),
      }),
      nodes: fc
        .record({ name: nodeName, hardware, postgres: fc.constant({ role: 'primary' as const, settings: {} }) })
        .map((node) => [node]),
    }),
  }),
  workload: fc
    .record({
      tool: fc.constant('pgbench' as const),
      script: fc.constantFrom('tpcb-like', 'simple-update', 'select-only'),
      scale: fc.integer({ min: 1, max: 10_000 }),
      threads: fc.integer({ min: 1, max: 64 }),
      more: fc.integer({ min: 0, max: 500 }),
      protocol: fc.constantFrom('simple', 'extended', 'prepared'),
      warmupMs: seconds(0, 600),
      durationMs: seconds(1, 3600),
      hardware,
    })
    .map(({ more, ...rest }) => ({ ...rest, clients: rest.threads + more })),
  repeat: fc.oneof(
    fc.record({ times: fc.integer({ min: 1, max: 20 }), reset: fc.constantFrom('data', 'server') }),
    fc.constant({ times: 1, reset: 'none' as const }),
  ),
});

/** Any suite the native dialect can say. */
export const suiteArbitrary: fc.Arbitrary<Suite> = fc.record({
  name: text(100),
  parallelism: fc.integer({ min: 1, max: 100 }),
  settings: fc.record({
    target: fc.constantFrom('local', 'docker', 'yandex'),
    sharing: fc.constantFrom('exclusive', 'allowed'),
    hardwarePolicy: fc.constantFrom('reject', 'clamp'),
    keep: fc.record({ when: fc.constantFrom('never', 'on-failure', 'always'), forMs: longTime }),
    onInterrupt: fc.constantFrom('fail', 'repeat'),
    timeouts: fc.record({
      queueMs: longTime,
      networkMs: longTime,
      provisionMs: longTime,
      databaseMs: longTime,
      workloadMs: fc.integer({ min: 4_200_000, max: 1e9 }),
      artifactsMs: longTime,
    }),
    images: fc.record({ pull: fc.constantFrom('if-not-present', 'always', 'never') }),
    artifacts: fc.record({ retentionMs: longTime }),
  }),
  tests: fc.array(test, { minLength: 1, maxLength: 4 }),
});
