import type { Hardware } from '../model/scalars.ts';
import type { Topology } from '../model/database.ts';
import type { RunSettings, Suite, Test, Timeouts } from '../model/suite.ts';
import type { PgbenchWorkload } from '../model/workload.ts';

const GiB = 2 ** 30;

/** Little enough for any machine. */
export const exampleHardware = (more: Partial<Hardware> = {}): Hardware => ({
  cores: 0.5,
  memoryBytes: GiB / 4,
  diskBytes: GiB,
  ...more,
});

/** One second of pgbench, as small as it can be. */
export const exampleWorkload = (more: Partial<PgbenchWorkload> = {}): PgbenchWorkload => ({
  tool: 'pgbench',
  script: 'tpcb-like',
  scale: 1,
  clients: 1,
  threads: 1,
  protocol: 'prepared',
  warmupMs: 0,
  durationMs: 1000,
  hardware: exampleHardware(),
  ...more,
});

export interface TestOverrides extends Partial<Omit<Test, 'database' | 'workload'>> {
  readonly postgres?: Partial<Topology['postgres']>;
  readonly nodes?: Topology['nodes'];
  readonly workload?: Partial<PgbenchWorkload>;
  /** Of the database node and the load node, unless they say something else. */
  readonly hardware?: Hardware;
}

/** One PostgreSQL node `pg` and a workload. */
export function exampleTest(more: TestOverrides = {}): Test {
  const { postgres, hardware = exampleHardware(), workload, nodes, ...rest } = more;
  return {
    name: 'test',
    description: '',
    labels: {},
    database: {
      topology: {
        postgres: { version: 'installed', storageEngine: 'heap', settings: {}, ...postgres },
        nodes: nodes ?? [{ name: 'pg', hardware, postgres: { role: 'primary', settings: {} } }],
      },
    },
    workload: exampleWorkload({ hardware, ...workload }),
    repeat: { times: 1, reset: 'none' },
    ...rest,
  };
}

/** Of a minute for each stage, unless `timeouts` says more. */
export function exampleRunSettings(
  more: Partial<Omit<RunSettings, 'timeouts'>> & { readonly timeouts?: Partial<Timeouts> } = {},
): RunSettings {
  const minute = 60_000;
  return {
    target: 'local',
    sharing: 'exclusive',
    hardwarePolicy: 'reject',
    keep: { when: 'never', forMs: 0 },
    onInterrupt: 'fail',
    images: { pull: 'if-not-present' },
    artifacts: { retentionMs: 86_400_000 },
    ...more,
    timeouts: {
      queueMs: minute,
      networkMs: minute,
      provisionMs: minute,
      databaseMs: minute,
      workloadMs: minute,
      artifactsMs: minute,
      ...more.timeouts,
    },
  };
}

/** A suite of one test. */
export const exampleSuite = (more: Partial<Suite> = {}): Suite => ({
  name: 'example',
  parallelism: 1,
  settings: exampleRunSettings(),
  tests: [exampleTest()],
  ...more,
});
