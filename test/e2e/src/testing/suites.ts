/** A suite as small as it can be and still real: one PostgreSQL, one second of pgbench. */
export const tinySuite = (
  name: string,
  extra: { durationSeconds?: number; clients?: number; settings?: object } = {},
) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name,
  target: 'local',
  ...extra.settings,
  tests: [
    {
      name: 'tiny',
      database: {
        topology: {
          postgres: { version: 'installed', settings: { fsync: 'off' } },
          nodes: [{ name: 'pg', hardware: { cores: 1, memory: '512MB', disk: '1GB' }, postgres: { role: 'primary' } }],
        },
      },
      workload: {
        tool: 'pgbench',
        scale: 1,
        clients: extra.clients ?? 2,
        threads: 1,
        duration: `${extra.durationSeconds ?? 1}s`,
        warmup: '0s',
        hardware: { cores: 1, memory: '512MB', disk: '1GB' },
      },
    },
  ],
});
