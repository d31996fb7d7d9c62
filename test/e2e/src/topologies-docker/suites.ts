const hardware = { cores: 0.25, memory: '256MB', disk: '1GB' };

const workload = {
  tool: 'pgbench',
  script: 'simple-update',
  scale: 1,
  clients: 2,
  threads: 1,
  duration: '2s',
  warmup: '0s',
  hardware,
};

const settings = { fsync: 'off', shared_buffers: '16MB', work_mem: '5MB' };

/** Up to eight nodes fit on a small machine: limits are scaled down. */
const suite = (name: string, postgres: object, nodes: readonly object[]) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name,
  target: 'docker',
  hardwarePolicy: 'clamp',
  timeouts: { provision: '3m', database: '5m' },
  tests: [{ name, database: { topology: { postgres: { version: '17', settings, ...postgres }, nodes } }, workload }],
});

const patroni = { enabled: true, ttl: '20s', loopWait: '2s', retryTimeout: '5s' };

export const standaloneSuite = () => suite('standalone', {}, [{ name: 'pg', hardware, postgres: { role: 'primary' } }]);

export const replicasSuite = () =>
  suite(
    'replicas',
    {},
    ['primary', 'replica', 'replica'].map((role, index) => ({ name: `pg-${index + 1}`, hardware, postgres: { role } })),
  );

/** Patroni on three nodes and etcd on three of their own, PgBouncer in front, exporters for all of them. */
export const patroniSuite = () =>
  suite('patroni', { patroni }, [
    ...['primary', 'replica', 'replica'].map((role, index) => ({
      ...{ name: `pg-${index + 1}`, hardware, postgres: { role } },
      monitoring: { postgresExporter: {} },
    })),
    ...[1, 2, 3].map((index) => ({ name: `etcd-${index}`, hardware, etcd: { monitor: true } })),
    {
      name: 'pool',
      hardware,
      pgbouncer: { poolMode: 'transaction', poolSize: 10, maxClientConnections: 50, monitor: true },
    },
  ]);

/** The same cluster, each member of etcd beside a server. */
export const colocatedSuite = () =>
  suite(
    'colocated',
    { patroni },
    ['primary', 'replica', 'replica'].map((role, index) => ({
      ...{ name: `pg-${index + 1}`, hardware, postgres: { role }, etcd: {} },
    })),
  );
