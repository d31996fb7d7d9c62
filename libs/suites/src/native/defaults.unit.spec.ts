import { describe, expect, it } from 'vitest';
import { topologyOf } from '../model/database.ts';
import type { Suite } from '../model/suite.ts';
import { normaliseSuite } from '../parse/parse-suite.ts';
import { toNative } from './to-native-yaml.ts';

const primary = { name: 'p', postgres: { role: 'primary' } };

function suiteOf(test: object, more: object = {}): Suite {
  const tests = [{ name: 't', database: { topology: { nodes: [primary] } }, workload: { tool: 'pgbench' }, ...test }];
  const parsed = normaliseSuite({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests, ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return parsed.suite;
}
const topologyWith = (postgres: object, ...nodes: object[]) => {
  const [test] = suiteOf({
    database: { topology: { postgres, nodes } },
    workload: { tool: 'pgbench', protocol: 'simple' },
  }).tests;
  const topology = test && topologyOf(test.database);
  if (topology === undefined) throw new Error('no topology');
  return topology;
};

describe('what is not said', () => {
  it("has the predecessor's ports, and each component its own defaults", () => {
    const monitoring = { nodeExporter: {}, postgresExporter: {} };
    const backup = { schedule: '0 3 * * *', destination: { path: '/b' } };
    const [node] = topologyWith({}, { ...primary, etcd: {}, pgbouncer: {}, monitoring, backup }).nodes;
    expect(node).toMatchObject({
      etcd: { clientPort: 2379, monitor: false },
      pgbouncer: { port: 6432, poolMode: 'transaction', poolSize: 20, maxClientConnections: 1000, monitor: false },
      monitoring: {
        nodeExporter: { port: 9100, collectors: [] },
        postgresExporter: { port: 9187, customQueriesPaths: [] },
      },
      backup: { tool: 'pg_dump', schedule: '0 3 * * *', destination: { path: '/b' } },
    });
    expect(node?.backup).not.toHaveProperty('retentionMs');
  });

  it("has Patroni's own terms where it is enabled, and no Patroni where it is not", () => {
    const nodes = [
      { ...primary, etcd: {} },
      { name: 'r', postgres: { role: 'replica' } },
    ];
    expect(topologyWith({ patroni: { enabled: true } }, ...nodes).postgres.patroni).toEqual({
      ttlMs: 30_000,
      loopWaitMs: 10_000,
      retryTimeoutMs: 10_000,
      maximumLagOnFailoverBytes: 1_048_576,
      synchronousMode: false,
      synchronousNodeCount: 1,
    });
    for (const postgres of [{}, { patroni: {} }, { patroni: { enabled: false, ttl: '5s' } }])
      expect(topologyWith(postgres, ...nodes).postgres).not.toHaveProperty('patroni');
  });

  it("of a node's override is the topology's", () => {
    const server = { version: 17, storageEngine: 'orioledb', settings: { fsync: 'on', jit: 'off' } };
    const nodes = [
      { name: 'p', postgres: { role: 'primary', override: { settings: { work_mem: '1MB' } } } },
      { name: 'r', postgres: { role: 'replica', override: { version: 17 }, settings: { jit: 'on' } } },
    ];
    expect(topologyWith(server, ...nodes).nodes.map(({ postgres }) => postgres)).toEqual([
      {
        role: 'primary',
        override: { version: '17', storageEngine: 'orioledb', settings: { work_mem: '1MB' } },
        settings: {},
      },
      {
        role: 'replica',
        override: { version: '17', storageEngine: 'orioledb', settings: { fsync: 'on', jit: 'off' } },
        settings: { jit: 'on' },
      },
    ]);
  });

  it.each([
    [
      { tool: 'pgbench' },
      { script: 'tpcb-like', scale: 1, clients: 1, threads: 1, protocol: 'prepared', warmupMs: 5000 },
    ],
    [{ tool: 'go-tpc' }, { benchmark: 'tpcc', warehouses: 1, threads: 1, ignoreErrors: false, durationMs: 60_000 }],
    [{ tool: 'sysbench' }, { script: 'oltp_read_write', tables: 1, tableSize: 10_000, threads: 1, durationMs: 60_000 }],
    [
      { tool: 'stroppy', version: 'v1' },
      { workload: 'tpcb', scaleFactor: 1, durationMs: 3_600_000, environment: {} },
    ],
    [
      { tool: 'command', command: ['x'] },
      { environment: {}, warmupMs: 0, durationMs: 60_000 },
    ],
  ])('of the workload %j is sensible', (workload, expected) => {
    const [test] = suiteOf({ workload }).tests;
    expect(test?.workload).toMatchObject(expected);
    expect(test?.workload).not.toHaveProperty('rate');
    expect(test?.workload.hardware).toEqual({ cores: 1, memoryBytes: 1e9, diskBytes: 5e9 });
  });

  it.each([
    ['postgres://h', { host: 'h', port: 5432, user: 'postgres', database: 'postgres', parameters: {} }],
    ['postgresql://u@h:6432', { host: 'h', port: 6432, user: 'u', database: 'u', parameters: {} }],
  ])('of the URL %s is what libpq takes', (url, connection) => {
    expect(suiteOf({ database: { connection: { url } } }).tests[0]?.database).toEqual({ connection });
  });

  it('of the installation is as it was with the predecessor, and comes back', () => {
    const installation = { docker: { networkName: 'n', edgeWorkerImage: 'i' } };
    const suite = suiteOf({ labels: { size: 10, fast: true } }, { installation });
    expect(suite.installation?.docker).toMatchObject({ networkCidr: '172.28.0.0/16', networkPrefix: 24 });
    expect(suite.tests[0]?.labels).toEqual({ size: '10', fast: 'true' });
    expect(toNative(suite)).toMatchObject({ installation: suite.installation });
  });
});
