import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { topologyOf } from '../model/database.ts';
import { normaliseSuite, parseSuite } from '../parse/parse-suite.ts';
import { planDeployment } from '../planning/plan-deployment.ts';
import { familiarNames } from '../secrets/secret-names.ts';
import { changed, oldCluster, oldInstance } from '../testing/predecessor-documents.ts';

const example = (name: string) => {
  const file = join(import.meta.dirname, '../../../../examples/predecessor', name);
  const parsed = parseSuite(readFileSync(file), { file, secretName: familiarNames() });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed;
};

const hardware = (cores: number, memory: number, disk: number) => ({
  cores,
  memoryBytes: memory * 1e9,
  diskBytes: disk * 1e9,
});

it('every key of a cluster in the cloud has its place in the model', () => {
  const { suite } = example('patroni-cluster.yaml');
  const [test] = suite.tests;
  expect(suite).toMatchObject({
    name: 'patroni-cluster',
    parallelism: 1,
    settings: { target: 'yandex', hardwarePolicy: 'clamp', keep: { when: 'on-failure', forMs: 600_000 } },
    installation: {
      hatchet: { host: 'hatchet.example', port: 7077, token: { secret: 'HATCHET_CLIENT_TOKEN' } },
      docker: {
        networkName: 'bench',
        edgeWorkerImage: 'edge-worker:latest',
        networkCidr: '172.28.0.0/16',
        networkPrefix: 24,
      },
      yandex: {
        provider: { token: { secret: 'YC_TOKEN' }, cloudId: 'cloud-1', folderId: 'folder-1', zone: 'ru-central1-a' },
        network: { name: 'bench', externalId: 'net-1' },
        vm: {
          baseImageId: 'image-1',
          enablePublicIps: true,
          platformId: 'standard-v2',
          user: { name: 'bench', groups: ['sudo'], sudoRules: ['ALL=(ALL) NOPASSWD:ALL'], shell: '/bin/bash' },
        },
      },
    },
  });
  expect(test?.workload).toEqual({
    tool: 'stroppy',
    version: 'v2.0.0',
    binaryPath: '/opt/stroppy/stroppy',
    workdir: '/opt/stroppy/work',
    workload: 'tpcc',
    scaleFactor: 50,
    durationMs: 1_800_000,
    environment: {},
    hardware: hardware(4, 8, 40),
  });
  const topology = test && topologyOf(test.database);
  expect(topology?.postgres).toEqual({
    version: '16',
    storageEngine: 'orioledb',
    settings: { max_connections: '500' },
    patroni: {
      ttlMs: 30_000,
      loopWaitMs: 10_000,
      retryTimeoutMs: 10_000,
      maximumLagOnFailoverBytes: 1_048_576,
      synchronousMode: true,
      synchronousNodeCount: 1,
    },
  });
  expect(topology?.nodes).toEqual([
    {
      name: 'pg-a',
      hardware: hardware(4, 16, 100),
      postgres: { role: 'primary', settings: {} },
      etcd: { clientPort: 2379, monitor: true },
      backup: {
        tool: 'wal-g',
        schedule: '0 3 * * *',
        retentionMs: 7 * 86_400_000,
        destination: {
          s3: {
            bucket: 'bench-backups',
            region: 'eu-1',
            endpoint: 'https://s3.example',
            accessKeyId: { secret: 'S3_ACCESS_KEY_ID' },
            secretAccessKey: { secret: 'S3_SECRET_ACCESS_KEY' },
          },
        },
      },
    },
    {
      name: 'pg-b',
      hardware: hardware(4, 16, 100),
      postgres: { role: 'replica', settings: { work_mem: '64MB' } },
      etcd: { clientPort: 2379, monitor: false },
    },
    {
      name: 'pg-c',
      hardware: hardware(4, 16, 100),
      postgres: { role: 'replica', settings: {} },
      etcd: { clientPort: 2479, monitor: false },
    },
    {
      name: 'pool',
      hardware: hardware(2, 2, 10),
      pgbouncer: { port: 6432, poolMode: 'transaction', poolSize: 100, maxClientConnections: 1000, monitor: true },
    },
  ]);
});

it('an existing database is where its text says, its password a reference', () => {
  const { suite, lifted } = example('existing-database.yaml');
  expect(suite.tests[0]).toMatchObject({
    database: {
      connection: {
        host: 'db.example',
        port: 6432,
        user: 'bench',
        database: 'bench',
        password: { secret: 'PGPASSWORD' },
        parameters: { sslmode: 'require' },
      },
    },
    workload: { durationMs: 3_600_000, scaleFactor: 1, environment: { METRICS_TOKEN: { secret: 'METRICS_TOKEN' } } },
  });
  expect(lifted?.secrets).toEqual(
    new Map([
      ['METRICS_TOKEN', 'YOUR_METRICS_TOKEN'],
      ['PGPASSWORD', 'YOUR_PASSWORD'],
      ['HATCHET_CLIENT_TOKEN', 'YOUR_HATCHET_TOKEN'],
    ]),
  );
});

const NODES = 'suite.tests[0].databaseTemplate.postgresCluster.nodes';
const notes = (document: unknown) => {
  const parsed = normaliseSuite(document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return { suite: parsed.suite, notes: (parsed.notes ?? []).map(({ text }) => text).join('\n') };
};

it('what cannot be kept as it is says so', () => {
  const replica = { role: 'ROLE_REPLICA', settings: { version: 'VERSION_16', storageEngine: 2 } };
  const other = notes(changed(oldCluster, `${NODES}[1].postgres`, replica));
  const topology = other.suite.tests[0] && topologyOf(other.suite.tests[0].database);
  expect(topology?.nodes[1]?.postgres?.override).toMatchObject({ version: '17', storageEngine: 'heap' });
  expect(other.notes).toContain('like its primary');

  const renamed = notes(changed(oldCluster, `${NODES}[0].name`, 'load'));
  expect(renamed.notes).toContain('was load');

  const forEver = { config: { schedule: '@weekly', retention: 'some', local: { path: 'b' } } };
  const kept = notes(changed(oldCluster, `${NODES}[0].backup`, forEver));
  expect(kept.notes).toContain('kept for ever');
  expect(kept.suite.tests[0] && topologyOf(kept.suite.tests[0].database)?.nodes[0]?.backup).toEqual({
    tool: 'pg_dump',
    schedule: '0 0 * * 0',
    destination: { path: '/b' },
  });

  const path = 'suite.tests[0].databaseTemplate.postgresInstance.defaults';
  const plain = notes(changed(oldInstance, path, { postgresqlConf: { PORT: '1', work_mem: '1MB' } }));
  expect(plain.notes).toMatch(/PORT is left out[^]*|not said: 17/);
  expect(plain.suite.tests[0] && topologyOf(plain.suite.tests[0].database)?.postgres).toEqual({
    version: '17',
    storageEngine: 'heap',
    settings: { work_mem: '1MB' },
  });
});

it('raises times that Patroni would change by itself, and says so; 0 is nothing said', () => {
  const path = 'suite.tests[0].databaseTemplate.postgresCluster.defaults.patroni';
  const timesOf = (patroni: object) => {
    const read = notes(changed(oldCluster, path, { enabled: true, ...patroni }));
    const [test] = read.suite.tests;
    const { ttlMs, loopWaitMs, retryTimeoutMs } = (test && topologyOf(test.database)?.postgres.patroni) ?? {};
    return { times: [ttlMs, loopWaitMs, retryTimeoutMs], notes: read.notes };
  };
  const unsaid = timesOf({ ttl: 0, loopWait: 0, retryTimeout: 0 });
  expect(unsaid.times).toEqual([30_000, 10_000, 10_000]);
  expect(unsaid.notes).not.toContain('Patroni needs');
  const short = timesOf({ ttl: 5, loopWait: 1, retryTimeout: 2 });
  expect(short.times).toEqual([20_000, 1000, 3000]);
  expect(short.notes).toContain('ttl is 20 s: Patroni needs 20 s or more');
  expect(short.notes).toContain('retryTimeout is 3 s');
  expect(timesOf({ ttl: 21, loopWait: 11, retryTimeout: 6 }).times).toEqual([23_000, 11_000, 6000]);
});

it('tests without a name of their own get one, and hardware without numbers too', () => {
  const [test] = (oldInstance as { suite: { tests: object[] } }).suite.tests;
  const tests = [{ ...test, name: '' }, test, test, { ...test, name: 'a\nb', stroppyHardware: {} }];
  const { suite } = notes(changed(oldInstance, 'suite.tests', tests));
  expect(suite.tests.map(({ name }) => name)).toEqual(['test-1', 't', 't-2', 'a b']);
  expect(suite.tests[3]?.workload.hardware).toEqual(hardware(1, 1, 5));
  expect(suite).toMatchObject({ name: 'test-1', parallelism: 4 });
});

it('a template alone can be planned, and over the bus it is refused', () => {
  const { tests } = (oldCluster as { suite: { tests: { databaseTemplate: object }[] } }).suite;
  const template = tests[0]?.databaseTemplate;
  const parsed = parseSuite(JSON.stringify(template), { file: 'x/cluster.yaml' });
  expect(parsed).toMatchObject({ ok: true, suite: { name: 'cluster' }, template: { nodes: [{}, {}, {}] } });
  expect(normaliseSuite(template)).toMatchObject({ ok: false, problems: [{ code: 'SUITE_TEMPLATE_ONLY' }] });
});

it('a template plans, whatever its pool can do', () => {
  const pgbouncer = { config: { poolMode: 'STATEMENT', maxClientConn: 1 } };
  const node = { name: 'db', hardware: {}, postgres: { role: 'ROLE_MASTER' }, pgbouncer };
  const parsed = parseSuite(JSON.stringify({ postgresInstance: { defaults: {}, node } }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { tests, settings } = parsed.suite;
  const host = { cores: 8, memoryBytes: 2 ** 40 };
  for (const test of tests)
    expect(planDeployment({ test, settings, cidr: '10.2.0.0/24', host })).toMatchObject({ ok: true });
});

it('takes a suite that says no target, as there', () => {
  const nowhere = notes(changed(changed(oldInstance, 'target', 0), 'settings.preferredTarget', undefined));
  expect(nowhere.suite.settings.target).toBe('docker');
  expect(nowhere.notes).toContain('neither target nor settings.preferredTarget');
});
