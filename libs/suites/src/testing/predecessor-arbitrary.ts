import fc from 'fast-check';
import { oldSettings } from './predecessor-documents.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const secret = fc.record({ secret: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,12}$/) });
const seconds = fc.integer({ min: 1, max: 86_400 }).map((count) => `${count}s`);
/** Numbers may be text in protobuf's JSON form. */
const uint32 = (max: number) =>
  fc.oneof(
    fc.integer({ min: 0, max }),
    fc.integer({ min: 0, max }).map((value) => String(value)),
  );
/** Nothing said, or null, which is the same. */
const maybe = <T>(of: fc.Arbitrary<T>) => fc.oneof(fc.constant(undefined), fc.constant(null), of);
const hardware = fc.record({ cores: uint32(4096), memory: uint32(100_000), disk: uint32(100_000) });
/** Settings that servers may well not replicate with here: the predecessor looked at none. */
const setting = fc.oneof(
  fc.tuple(fc.constantFrom('work_mem', 'port', 'jit', 'log_line_prefix'), fc.oneof(word, fc.constant('a\tb'))),
  fc.tuple(
    fc.constantFrom('max_connections', 'MAX_CONNECTIONS', 'max_worker_processes', 'max_prepared_transactions'),
    fc.oneof(fc.integer({ min: 0, max: 1000 }).map(String), word),
  ),
  fc.tuple(fc.constantFrom('max_wal_senders', 'max_replication_slots'), fc.integer({ min: 0, max: 20 }).map(String)),
  fc.tuple(fc.constant('wal_level'), fc.constantFrom('minimal', 'replica', 'logical')),
  fc.tuple(fc.constantFrom('hot_standby', 'Wal_Log_Hints', 'cluster_name', 'primary_conninfo'), word),
);
const conf = fc.array(setting, { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as object);

const defaults = (patroni: fc.Arbitrary<unknown>) =>
  fc.record({
    version: fc.constantFrom('VERSION_16', 'VERSION_17', 2, 3),
    storageEngine: fc.constantFrom('STORAGE_ENGINE_HEAP', 'STORAGE_ENGINE_ORIOLEDB', 0),
    postgresqlConf: conf,
    patroni,
  });

const patroni = fc.record({
  enabled: fc.constant(true),
  ttl: uint32(100),
  loopWait: uint32(100),
  maximumLagOnFailover: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }).map(String),
  synchronousMode: fc.boolean(),
});

const storage = fc.oneof(
  fc.record({ local: fc.record({ path: word }) }),
  fc.record({
    s3: fc.record({ bucket: word, region: word, endpoint: word, accessKeyId: secret, secretAccessKey: secret }),
  }),
);
const backup = fc.record({
  config: fc
    .record({
      schedule: fc.constantFrom('0 3 * * *', '@daily', '0 0 3 * * *', '@every 1h'),
      retention: fc.constantFrom('7d', '', '2w', 'all'),
    })
    .chain((config) => storage.map((where) => ({ ...config, ...where }))),
});
const pgbouncer = fc.record({
  config: fc.record({
    poolSize: uint32(1000),
    poolMode: fc.constantFrom('SESSION', 'TRANSACTION', 3, 0),
    maxClientConn: uint32(10_000),
  }),
  monitor: fc.boolean(),
});
const monitoring = fc.record({
  nodeExporter: maybe(fc.record({ collectors: fc.array(word, { maxLength: 3 }) })),
  postgresExporter: maybe(fc.record({ customQueriesPaths: fc.array(word, { maxLength: 2 }) })),
});

const extras = { hardware, pgbouncer: maybe(pgbouncer), backup: maybe(backup), monitoring: maybe(monitoring) };
const nodeOf = (role: string) =>
  fc.record({
    ...extras,
    postgres: fc.record({
      role: fc.constant(role),
      postgresqlConf: conf,
      settings: maybe(defaults(fc.constant(undefined))),
    }),
  });
/** Nothing but what watches it, or not even that. */
const watched = fc.record({ hardware, monitoring });

const instance = fc.record({
  defaults: defaults(fc.constant(undefined)),
  node: nodeOf('ROLE_MASTER').chain((node) => word.map((name) => ({ ...node, name }))),
});
const cluster = fc
  .record({
    withPatroni: fc.boolean(),
    plain: defaults(fc.constant(undefined)),
    managed: defaults(patroni),
    master: nodeOf('ROLE_MASTER'),
    replicas: fc.array(nodeOf('ROLE_REPLICA'), { minLength: 2, maxLength: 2 }),
    more: fc.array(watched, { maxLength: 1 }),
  })
  .map(({ withPatroni, plain, managed, master, replicas, more }) => ({
    defaults: withPatroni ? managed : plain,
    nodes: [master, ...replicas, ...more].map((node, index) => ({
      ...node,
      name: index === 1 ? 'load' : `n${index}`,
      ...(withPatroni && index < 3 ? { etcd: { monitor: index === 0 } } : {}),
    })),
  }));

const database = fc.oneof(
  fc.record({ databaseTemplate: fc.record({ postgresInstance: instance }) }),
  fc.record({ databaseTemplate: fc.record({ postgresCluster: cluster }) }),
  fc.record({
    connectionString: fc.constantFrom(
      'postgres://u:pw@h/d',
      'host=h password=pw user=u',
      'postgresql://h',
      'postgres://u:pw@h1,h2:5433/d',
      'service=bench',
      'grpc://h:2136/local',
      'postgres://h/d?sslpassword=pw',
      'host=/run/postgresql',
      "host='a b'",
    ),
  }),
);

const test = fc
  .record({
    name: fc.oneof(word, fc.constant('')),
    stroppyCli: fc.record({
      version: word,
      binaryPath: fc.constant('/opt/stroppy'),
      workdir: fc.constant('/tmp/w'),
      workload: fc.constantFrom('TPCC', 'TPCB', 1, 2),
      scaleFactor: maybe(uint32(1000)),
      duration: maybe(seconds),
      stroppyEnv: fc.dictionary(fc.constantFrom('POOL_SIZE', 'API_TOKEN', 'lower-case', 'K6.OUT', '1 x'), word, {
        noNullPrototype: true,
      }),
    }),
    stroppyHardware: hardware,
  })
  .chain((of) => database.map((on) => ({ ...of, ...on })));

/** Documents of the predecessor's dialect that are valid; some with plain secrets at their places. */
export const predecessorArbitrary = fc
  .record({
    suite: fc.record({ tests: fc.array(test, { minLength: 1, maxLength: 3 }) }),
    target: fc.constantFrom('TARGET_DOCKER', 2),
    cleanupDelay: maybe(seconds),
  })
  .map(({ cleanupDelay, ...rest }) => ({ ...rest, settings: { ...oldSettings, cleanupDelay } }));
