import type { Backup, Etcd, Pgbouncer } from '../../model/components.ts';
import type { Topology, TopologyNode } from '../../model/database.ts';
import type { Patroni, PostgresRole } from '../../model/postgres.ts';
import type { TargetName } from '../../model/scalars.ts';
import type { Test } from '../../model/suite.ts';
import type { PgbenchWorkload } from '../../model/workload.ts';
import { exampleTest, exampleWorkload } from '../../testing/example-suite.ts';

const GB = 1e9;
const hardware = { cores: 2, memoryBytes: 4 * GB, diskBytes: 20 * GB };
const small = { cores: 1, memoryBytes: GB, diskBytes: 5 * GB };

const etcd: Etcd = { clientPort: 2379, monitor: false };
const pgbouncer: Pgbouncer = {
  port: 6432,
  poolMode: 'transaction',
  poolSize: 20,
  maxClientConnections: 500,
  monitor: false,
};
const patroni: Patroni = {
  ttlMs: 20_000,
  loopWaitMs: 2_000,
  retryTimeoutMs: 5_000,
  maximumLagOnFailoverBytes: 1_048_576,
  synchronousMode: false,
  synchronousNodeCount: 1,
};

type More = Partial<Omit<TopologyNode, 'name' | 'postgres'>> & { readonly postgres?: Partial<PostgresRole> };

const server = (name: string, role: PostgresRole['role'], { postgres, ...more }: More = {}): TopologyNode => ({
  name,
  hardware,
  postgres: { role, settings: {}, ...postgres },
  ...more,
});
const primary = (more?: More) => server('pg-a', 'primary', more);
const replica = (name: string, more?: More) => server(name, 'replica', more);
const only = (name: string, more: Partial<TopologyNode>): TopologyNode => ({ name, hardware: small, ...more });
const etcds = (count: number): TopologyNode[] =>
  Array.from({ length: count }, (_, index) => only(`etcd-${index + 1}`, { etcd }));

const test = (
  nodes: TopologyNode[],
  postgres: Partial<Topology['postgres']> = {},
  workload: Partial<PgbenchWorkload> = {},
): Test => exampleTest({ nodes, hardware: small, postgres: { version: '17', ...postgres }, workload });

const walg: Backup = {
  tool: 'wal-g',
  schedule: '0 */6 * * *',
  retentionMs: 7 * 86_400_000,
  destination: {
    s3: {
      bucket: 'backups',
      region: 'ru-central1',
      endpoint: 'https://storage.example.net',
      accessKeyId: { secret: 'backup-key-id' },
      secretAccessKey: { secret: 'BACKUP_SECRET_KEY', provider: 'env' },
    },
  },
};
const pgDump: Backup = {
  tool: 'pg_dump',
  schedule: '30 2 * * *',
  retentionMs: 86_400_000,
  destination: { path: "/var/backups/it's mine" },
};

export interface Golden {
  readonly name: string;
  /** What the file is there to show. */
  readonly shows: string;
  readonly target: TargetName;
  readonly test: Test;
}

const golden = (name: string, target: TargetName, shows: string, of: Test): Golden => ({
  name,
  shows,
  target,
  test: of,
});

/** One file each, `<name>.txt`. */
export const GOLDEN: readonly Golden[] = [
  golden('standalone-local', 'local', 'one server as installed; no image', test([primary()], { version: 'installed' })),
  golden(
    'standalone-settings',
    'docker',
    'settings that need quoting and escaping; a node that overrides the server, and merges a setting',
    test(
      [
        primary({
          postgres: {
            override: {
              version: '16',
              storageEngine: 'heap',
              settings: { work_mem: '8MB', log_line_prefix: "%m '${A}' \\ " },
            },
            settings: { work_mem: '16MB' },
          },
        }),
      ],
      { settings: { shared_buffers: '1GB' } },
    ),
  ),
  golden(
    'standalone-orioledb',
    'docker',
    "OrioleDB: image, library beside the suite's own, extension",
    test([primary()], {
      version: '16',
      storageEngine: 'orioledb',
      settings: { shared_preload_libraries: 'pg_stat_statements' },
    }),
  ),
  golden('standalone-15', 'docker', 'version 15', test([primary()], { version: '15' })),
  golden('standalone-18', 'docker', 'version 18', test([primary()], { version: '18' })),
  golden(
    'replicas-local',
    'local',
    'streaming over slots; replicas are told apart by name',
    test([primary(), replica('pg-b'), replica('pg-c')], { version: 'installed' }),
  ),
  golden(
    'replicas-docker',
    'docker',
    'the same in pods; a replica with settings of its own',
    test([primary(), replica('pg-b', { postgres: { settings: { hot_standby_feedback: 'on' } } })]),
  ),
  golden(
    'patroni-etcd-1',
    'docker',
    'Patroni with one dedicated etcd',
    test([primary(), replica('pg-b'), ...etcds(1)], { patroni }),
  ),
  golden(
    'patroni-etcd-3-local',
    'local',
    'Patroni with three dedicated etcds, synchronous, as processes',
    test([primary(), replica('pg-b'), replica('pg-c'), ...etcds(3)], {
      version: 'installed',
      settings: { max_connections: '300' },
      patroni: { ...patroni, synchronousMode: true, synchronousNodeCount: 2 },
    }),
  ),
  golden(
    'patroni-faults',
    'local',
    'the leader killed under load, and later one node as a whole: the load node has it done',
    {
      ...test([primary({ etcd }), replica('pg-b')], { version: 'installed', patroni }, { durationMs: 60_000 }),
      faults: [
        { atMs: 20_000, kill: 'leader', process: 'database', restartAfterMs: 20_000 },
        { atMs: 50_000, kill: 'pg-b', process: 'node', restartAfterMs: 0 },
      ],
    },
  ),
  golden(
    'patroni-etcd-5',
    'docker',
    'five dedicated etcds on another client port',
    test(
      [primary(), replica('pg-b'), ...etcds(5).map((node) => ({ ...node, etcd: { ...etcd, clientPort: 12_379 } }))],
      { patroni },
    ),
  ),
  golden(
    'etcd-on-primary',
    'docker',
    'etcd colocated on the primary',
    test([primary({ etcd }), replica('pg-b')], { patroni }),
  ),
  golden(
    'etcd-on-replicas',
    'docker',
    'etcd colocated on three replicas, with a node exporter each',
    test([primary(), ...['pg-b', 'pg-c', 'pg-d'].map((name) => replica(name, { etcd: { ...etcd, monitor: true } }))], {
      patroni,
    }),
  ),
  golden(
    'etcd-on-one-replica',
    'docker',
    'etcd colocated on one replica of two',
    test([primary(), replica('pg-b'), replica('pg-c', { etcd })], { patroni }),
  ),
  golden(
    'etcd-on-all-pgbouncer-on-all',
    'local',
    'everything colocated everywhere; PgBouncer follows the leader',
    // A host's PgBouncer may lose prepared statements.
    test(
      [primary({ etcd, pgbouncer }), replica('pg-b', { etcd, pgbouncer }), replica('pg-c', { etcd, pgbouncer })],
      { version: 'installed', patroni },
      { protocol: 'simple' },
    ),
  ),
  golden(
    'pgbouncer-dedicated',
    'docker',
    'PgBouncer on a node of its own, monitored, before a primary and a replica',
    test([
      primary(),
      replica('pg-b'),
      only('pool', { pgbouncer: { ...pgbouncer, poolMode: 'session', monitor: true } }),
    ]),
  ),
  golden(
    'patroni-pgbouncer-dedicated',
    'docker',
    'the callback of every member rewrites the file of the PgBouncer node',
    test([primary(), replica('pg-b'), ...etcds(3), only('pool', { pgbouncer })], { patroni }),
  ),
  golden('backup-pg-dump', 'docker', 'dumps into a folder, on the primary', test([primary({ backup: pgDump })])),
  golden(
    'backup-pg-dump-s3',
    'docker',
    'dumps into a bucket, from a node of its own; whichever member leads',
    test(
      [
        primary({ etcd }),
        replica('pg-b'),
        only('backup', { backup: { tool: 'pg_dump', schedule: '0 0 * * *', destination: walg.destination } }),
      ],
      { patroni },
    ),
  ),
  golden(
    'backup-wal-g-s3',
    'docker',
    'WAL-G with Patroni: a permanent slot; secrets by reference alone',
    test([primary({ etcd }), replica('pg-b', { backup: walg })], { patroni }),
  ),
  golden(
    'monitoring',
    'docker',
    'every exporter; custom queries from two files; one node exporter where two things ask for it',
    test([
      primary({
        etcd: { ...etcd, monitor: true },
        pgbouncer: { ...pgbouncer, monitor: true },
        monitoring: {
          nodeExporter: { port: 9101, collectors: ['cpu', 'meminfo'] },
          postgresExporter: { port: 9187, customQueriesPaths: ['/etc/queries/a.yaml', '/etc/queries/b.yaml'] },
        },
      }),
      replica('pg-b', {
        monitoring: { postgresExporter: { port: 9187, customQueriesPaths: ['/etc/queries/a.yaml'] } },
      }),
    ]),
  ),
  golden(
    'patroni-orioledb',
    'yandex',
    'Patroni over OrioleDB: the extension after the bootstrap; a local setting of one node',
    test([primary({ etcd }), replica('pg-b', { postgres: { settings: { work_mem: '64MB' } } })], {
      version: '17',
      storageEngine: 'orioledb',
      patroni,
    }),
  ),
  golden('external', 'docker', 'a database that exists: the load node alone', {
    ...exampleTest(),
    workload: exampleWorkload({ hardware: small }),
    database: {
      connection: {
        host: 'db.example.net',
        port: 6432,
        user: 'bench',
        database: 'shop',
        password: { secret: 'shop-password', provider: 'file' },
        parameters: { sslmode: 'require' },
      },
    },
  }),
];
