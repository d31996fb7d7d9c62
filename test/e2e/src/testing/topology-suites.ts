type Target = 'local' | 'docker' | 'yandex';

/** A container of PostgreSQL's image takes more than a process of the machine. */
const MEMORY = { local: '128MB', docker: '256MB', yandex: '1GB' } as const;

const settings = { fsync: 'off', shared_buffers: '16MB', work_mem: '5MB' };
const roles = ['primary', 'replica', 'replica'];
const patroni = { enabled: true, ttl: '20s', loopWait: '2s', retryTimeout: '5s' };

interface Topology {
  readonly postgres?: object;
  readonly nodes: readonly object[];
}

/** Suites of one run on a target, each for one topology; seven to ten nodes fit on a small machine: limits are scaled down. */
export function topologySuites(target: Target) {
  const hardware = { cores: 0.25, memory: MEMORY[target], disk: '1GB' };
  const workload = {
    ...{ tool: 'pgbench', script: 'simple-update', scale: 1, clients: 2, threads: 1 },
    ...{ duration: '2s', warmup: '0s', hardware },
  };
  const version = target === 'local' ? {} : { version: '17' };

  /** @param measured what of the test's workload is not as usual @param more of the test, beside database and workload */
  const suite = (name: string, { postgres = {}, nodes }: Topology, measured: object = {}, more: object = {}) => ({
    apiVersion: 'benchbus.io/v1',
    kind: 'Suite',
    name,
    target,
    hardwarePolicy: 'clamp',
    timeouts: { provision: '3m', database: '5m', workload: '6m' },
    tests: [
      {
        name,
        database: { topology: { postgres: { ...version, settings, ...postgres }, nodes } },
        workload: { ...workload, ...measured },
        ...more,
      },
    ],
  });
  const servers = (more: object = {}) =>
    roles.map((role, index) => ({ name: `pg-${index + 1}`, hardware, postgres: { role }, ...more }));

  return {
    hardware,
    suite,

    /** One server, and nothing else. */
    plain: () => suite('plain', { nodes: [{ name: 'pg', hardware, postgres: { role: 'primary' } }] }),

    /** A primary and two replicas that stream from it, without Patroni. */
    replicas: (tool: object = workload) => {
      const { tests, ...rest } = suite('replicas', { nodes: servers() });
      const { duration, warmup } = workload;
      return { ...rest, tests: tests.map((test) => ({ ...test, workload: { ...tool, duration, warmup, hardware } })) };
    },

    /**
     * Patroni on three nodes and etcd on three of their own, PgBouncer in front, exporters for all of them. Its leader is killed
     * while pgbench measures, and started again when another one leads.
     */
    failover: (pool: object) =>
      suite(
        'failover',
        {
          postgres: { patroni: { ...patroni, synchronousMode: true, synchronousNodeCount: 1 } },
          nodes: [
            ...servers({ monitoring: { postgresExporter: {} } }),
            ...[1, 2, 3].map((index) => ({ name: `etcd-${index}`, hardware, etcd: { monitor: true } })),
            { name: 'pool', hardware, pgbouncer: { poolSize: 10, maxClientConnections: 50, ...pool } },
          ],
        },
        { duration: '55s' },
        { faults: [{ at: '10s', kill: 'leader' }] },
      ),

    /** A server that is watched, and a pool in front of it; measured for longer than anybody waits. */
    pooled: () =>
      suite(
        'pooled',
        {
          nodes: [
            { name: 'pg', hardware, postgres: { role: 'primary' }, monitoring: { postgresExporter: {} } },
            { name: 'pool', hardware, pgbouncer: { poolMode: 'session', poolSize: 10, maxClientConnections: 50 } },
          ],
        },
        { duration: '5m' },
      ),

    /** Backups each minute: beside the server into a folder, from a node of its own into a bucket; the load outlasts a minute. */
    backup: (path: string, { endpoint, region }: { endpoint: string; region: string }, measured: object = {}) => {
      const [accessKeyId, secretAccessKey] = [{ secret: 'BACKUP_KEY_ID' }, { secret: 'BACKUP_SECRET_KEY' }];
      const every = { tool: 'pg_dump', schedule: '* * * * *', retention: '1h' };
      const s3 = { bucket: 'backups', region, endpoint, accessKeyId, secretAccessKey };
      const nodes = [
        { name: 'pg', hardware, postgres: { role: 'primary' }, backup: { ...every, destination: { path } } },
        { name: 'vault', hardware, backup: { ...every, destination: { s3 } } },
      ];
      return suite('backup', { nodes }, { duration: '75s', ...measured });
    },

    /** Patroni on three nodes, and a member of etcd beside each. */
    colocated: () => suite('colocated', { postgres: { patroni }, nodes: servers({ etcd: {} }) }),
  };
}
