/** Of each of the two nodes: reserved, not enforced; so fractions of cores let many runs share a small host. */
const hardwareOf = (cores = 1) => ({ cores, memory: cores < 1 ? '64MB' : '512MB', disk: '1GB' });

/** A suite as small as it can be and still real: one PostgreSQL, one second of pgbench. */
export const tinySuite = (
  name: string,
  extra: { durationSeconds?: number; clients?: number; cores?: number; repeat?: number; settings?: object } = {},
) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name,
  target: 'local',
  ...extra.settings,
  tests: [
    {
      name: 'tiny',
      ...(extra.repeat === undefined ? {} : { repeat: { times: extra.repeat } }),
      database: {
        topology: {
          postgres: { version: 'installed', settings: { fsync: 'off' } },
          nodes: [{ name: 'pg', hardware: hardwareOf(extra.cores), postgres: { role: 'primary' } }],
        },
      },
      workload: {
        tool: 'pgbench',
        scale: 1,
        clients: extra.clients ?? 2,
        threads: 1,
        duration: `${extra.durationSeconds ?? 1}s`,
        warmup: '0s',
        hardware: hardwareOf(extra.cores),
      },
    },
  ],
});
