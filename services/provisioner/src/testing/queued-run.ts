import type { EventData } from '@benchbus/events';

const GiB = 1024 ** 3;

/** A run of one PostgreSQL node `pg` and the load node. */
export function queuedRun(
  options: { readonly hardware?: { readonly cores: number }; readonly version?: '15' | '18' } = {},
): EventData<'RunQueued'> {
  const hardware = { cores: options.hardware?.cores ?? 0.5, memoryBytes: GiB / 4, diskBytes: GiB };
  return {
    suiteId: 's1',
    index: 0,
    repeat: 1,
    test: {
      name: 'test',
      description: '',
      database: {
        topology: {
          postgres: { version: options.version ?? '15', storageEngine: 'heap', settings: {} },
          nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }],
        },
      },
      workload: {
        tool: 'pgbench',
        script: 'tpcb-like',
        scale: 1,
        clients: 1,
        threads: 1,
        protocol: 'simple',
        warmupMs: 0,
        durationMs: 1000,
        hardware: { ...hardware, cores: 0.5 },
      },
      repeat: { times: 1, reset: 'none' },
    },
    settings: {
      target: 'local',
      sharing: 'exclusive',
      hardwarePolicy: 'reject',
      keep: { when: 'never', forMs: 0 },
      onInterrupt: 'fail',
      timeouts: {
        queueMs: 1000,
        networkMs: 1000,
        provisionMs: 60_000,
        databaseMs: 1000,
        workloadMs: 1000,
        artifactsMs: 1000,
      },
      images: { pull: 'never' },
      artifacts: { retentionMs: 0 },
    },
  };
}
