const hardware = { cores: 0.25, memory: '128MB', disk: '1GB' };

/** Patroni on three nodes, etcd on three, PgBouncer in front: its leader is killed while pgbench measures. */
export const failoverSuite = () => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 'failover',
  target: 'local',
  hardwarePolicy: 'clamp',
  timeouts: { provision: '3m', database: '5m', workload: '6m' },
  tests: [
    {
      name: 'failover',
      database: {
        topology: {
          postgres: {
            settings: { fsync: 'off', shared_buffers: '16MB' },
            patroni: {
              enabled: true,
              ttl: '20s',
              loopWait: '2s',
              retryTimeout: '5s',
              synchronousMode: true,
              synchronousNodeCount: 1,
            },
          },
          nodes: [
            ...['primary', 'replica', 'replica'].map((role, index) => ({
              name: `pg-${index + 1}`,
              hardware,
              postgres: { role },
            })),
            ...[1, 2, 3].map((index) => ({ name: `etcd-${index}`, hardware, etcd: {} })),
            { name: 'pool', hardware, pgbouncer: { poolMode: 'session', poolSize: 10, maxClientConnections: 50 } },
          ],
        },
      },
      workload: {
        tool: 'pgbench',
        script: 'simple-update',
        scale: 1,
        clients: 2,
        threads: 1,
        duration: '70s',
        warmup: '0s',
        hardware,
      },
      faults: [{ at: '12s', kill: 'leader' }],
    },
  ],
});
