const hardware = { cores: 0.25, memory: '128MB', disk: '1GB' };

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

/** Seven to ten nodes fit on a small machine: limits are scaled down. */
const suite = (name: string, test: object) => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name,
  target: 'local',
  hardwarePolicy: 'clamp',
  timeouts: { provision: '3m', database: '5m' },
  tests: [{ name, ...test }],
});

const settings = { fsync: 'off', shared_buffers: '16MB', work_mem: '5MB' };

/** A primary and two replicas that stream from it, without Patroni. */
export const replicasSuite = () =>
  suite('replicas', {
    database: {
      topology: {
        postgres: { settings },
        nodes: ['primary', 'replica', 'replica'].map((role, index) => ({
          name: `pg-${index + 1}`,
          hardware,
          postgres: { role },
        })),
      },
    },
    workload,
  });

/** Patroni on three nodes and etcd on three of their own, PgBouncer in front, exporters for both. */
export const patroniSuite = () =>
  suite('patroni', {
    database: {
      topology: {
        postgres: {
          settings,
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
            monitoring: { postgresExporter: {} },
          })),
          ...[1, 2, 3].map((index) => ({ name: `etcd-${index}`, hardware, etcd: { monitor: true } })),
          { name: 'pool', hardware, pgbouncer: { poolMode: 'session', poolSize: 10, maxClientConnections: 50 } },
        ],
      },
    },
    workload,
  });

/** Backups each minute: beside the server into a folder, from a node of its own into a bucket; the load outlasts a minute. */
export const backupSuite = (path: string, { endpoint, region }: { endpoint: string; region: string }) => {
  const [accessKeyId, secretAccessKey] = [{ secret: 'BACKUP_KEY_ID' }, { secret: 'BACKUP_SECRET_KEY' }];
  const every = { tool: 'pg_dump', schedule: '* * * * *', retention: '1h' };
  const s3 = { bucket: 'backups', region, endpoint, accessKeyId, secretAccessKey };
  return suite('backup', {
    database: {
      topology: {
        postgres: { settings },
        nodes: [
          { name: 'pg', hardware, postgres: { role: 'primary' }, backup: { ...every, destination: { path } } },
          { name: 'vault', hardware, backup: { ...every, destination: { s3 } } },
        ],
      },
    },
    workload: { ...workload, duration: '75s' },
  });
};
