import { expect, it } from 'vitest';
import { normaliseSuite } from '../parse/parse-suite.ts';
import { changed, oldCluster, oldInstance } from '../testing/predecessor-documents.ts';
import { predecessorPath } from './written-path.ts';

const cluster = () => false;
const at = (...path: (string | number)[]) => predecessorPath(path, cluster, { alone: false }).join('.');

it.each([
  [['name'], 'name'],
  [['tests', 1, 'name'], 'suite.tests.1.name'],
  [['tests', 0, 'workload', 'version'], 'suite.tests.0.stroppyCli.version'],
  [['tests', 0, 'workload', 'environment', 'A'], 'suite.tests.0.stroppyCli.stroppyEnv.A'],
  [['tests', 0, 'workload', 'hardware', 'cores'], 'suite.tests.0.stroppyHardware.cores'],
  [['tests', 0, 'database', 'connection', 'url'], 'suite.tests.0.connectionString'],
  [['keep', 'for'], 'settings.cleanupDelay'],
  [['installation', 'yandex', 'vm', 'user', 'name'], 'settings.yandexCloud.vmSettings.vmUser.name'],
  [['installation', 'docker', 'networkName'], 'settings.docker.networkName'],
])('%j stands at %s', (native, old) => expect(at(...native)).toBe(old));

const CLUSTER = 'suite.tests.0.databaseTemplate.postgresCluster';
it.each([
  [['postgres', 'settings', 'a'], 'defaults.postgresqlConf.a'],
  [['postgres', 'patroni', 'ttl'], 'defaults.patroni.ttl'],
  [['nodes'], 'nodes'],
  [['nodes', 2, 'postgres', 'settings', 'a'], 'nodes.2.postgres.postgresqlConf.a'],
  [['nodes', 2, 'postgres', 'override', 'settings', 'a'], 'nodes.2.postgres.settings.postgresqlConf.a'],
  [['nodes', 2, 'pgbouncer', 'maxClientConnections'], 'nodes.2.pgbouncer.config.maxClientConn'],
  [['nodes', 2, 'backup', 'destination', 's3', 'bucket'], 'nodes.2.backup.config.s3.bucket'],
  [['nodes', 2, 'backup', 'destination', 'path'], 'nodes.2.backup.config.local.path'],
  [['nodes', 2, 'monitoring', 'nodeExporter', 'collectors', 1], 'nodes.2.monitoring.nodeExporter.collectors.1'],
])('in a topology %j stands at %s', (native, old) => {
  expect(at('tests', 0, 'database', 'topology', ...native)).toBe(`${CLUSTER}.${old}`);
});

const whereOf = (document: unknown): string[] => {
  const parsed = normaliseSuite(document);
  return parsed.ok ? [] : parsed.problems.map(({ where = '' }) => where);
};

it('what native limits cannot say is reported where the file has it', () => {
  const long = 'v'.repeat(5000);
  expect(whereOf(changed(oldInstance, 'suite.tests[0].stroppyCli.version', long))).toEqual([
    'suite.tests[0].stroppyCli.version',
  ]);
  expect(whereOf(changed(oldInstance, 'suite.tests[0].stroppyCli.version', ' \n'))).toEqual([
    'suite.tests[0].stroppyCli.version',
  ]);
  const node = 'databaseTemplate.postgresInstance.node';
  const folder = `suite.tests[0].${node}.backup`;
  expect(whereOf(changed(oldInstance, folder, { config: { schedule: '0 3 * * *', local: { path: long } } }))).toEqual([
    `${folder}.config.local.path`,
  ]);
  const nodes = Array.from({ length: 300 }, (_, index) => ({ name: `n${index}`, hardware: {}, etcd: {} }));
  expect(whereOf(changed(oldCluster, 'suite.tests[0].databaseTemplate.postgresCluster.nodes', nodes))).toContain(
    'suite.tests[0].databaseTemplate.postgresCluster.nodes',
  );
});

it("a version's line break at its end is none of it", () => {
  expect(normaliseSuite(changed(oldInstance, 'suite.tests[0].stroppyCli.version', 'v1 \n'))).toMatchObject({
    ok: true,
    suite: { tests: [{ workload: { version: 'v1' } }] },
  });
});
