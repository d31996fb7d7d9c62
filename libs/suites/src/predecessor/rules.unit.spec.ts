import { describe, expect, it } from 'vitest';
import { normaliseSuite } from '../parse/parse-suite.ts';
import { changed, oldCluster, oldConnection, oldInstance } from '../testing/predecessor-documents.ts';

const TEST = 'suite.tests[0]';
const CLI = `${TEST}.stroppyCli`;
const INSTANCE = `${TEST}.databaseTemplate.postgresInstance`;
const CLUSTER = `${TEST}.databaseTemplate.postgresCluster`;
const YANDEX = 'settings.yandexCloud';

const s3 = { bucket: 'b', region: 'r', endpoint: 'e', accessKeyId: { secret: 'A' }, secretAccessKey: { secret: 'B' } };
const backup = { schedule: '0 3 * * *', local: { path: '/b' } };
const vmUser = { name: 'u', groups: ['g'], sshAuthorizedKeys: ['k'], sudoRules: 'r', shell: '/bin/sh' };
const yandex = {
  providerSettings: { token: { secret: 'YC_TOKEN' }, cloudId: 'c', folderId: 'f', zone: 'z' },
  networkSettings: { name: 'n', externalId: 'x' },
  vmSettings: { baseImageId: 'i', vmUser },
};

const oriole = (version: string) => ({ version, storageEngine: 'STORAGE_ENGINE_ORIOLEDB' });
const node = (name: string, more: object) => ({ name, hardware: {}, ...more });
const master = node('m', { postgres: { role: 'ROLE_MASTER' } });
const replica = (name: string) => node(name, { postgres: { role: 'ROLE_REPLICA' } });

const problemsOf = (document: unknown): string[] => {
  const parsed = normaliseSuite(document);
  return parsed.ok ? [] : parsed.problems.map(({ code, where }) => `${code} ${where}`);
};

type Row = readonly [rule: string, base: object, path: string, good: unknown, bad: unknown, where?: string];

const yc = (key: string, good: unknown, bad: unknown, below = ''): Row => [
  `${YANDEX}.${key}`,
  changed(oldInstance, YANDEX, yandex) as object,
  `${YANDEX}.${key}`,
  good,
  bad,
  `${YANDEX}.${key}${below}`,
];

/** Each rule: a value it takes and one it refuses, at a path; the problem stands there, unless it says where. */
const ROWS: readonly Row[] = [
  ['a suite has tests', oldInstance, 'suite.tests', (oldInstance as never)['suite']['tests'], []],
  [
    'a test needs its tool',
    oldInstance,
    CLI,
    { version: 'v', binaryPath: '/b', workdir: '/w', workload: 2 },
    undefined,
  ],
  ['a test needs its hardware', oldInstance, `${TEST}.stroppyHardware`, {}, undefined],
  ['a name is text', oldInstance, `${TEST}.name`, '', 17],
  ['a description is text', oldInstance, `${TEST}.description`, null, []],
  ['a version is not empty', oldInstance, `${CLI}.version`, 'v1', ''],
  ['the program has an absolute path', oldInstance, `${CLI}.binaryPath`, '/a/b', 'a/b'],
  ['the folder has an absolute path', oldInstance, `${CLI}.workdir`, '/', '/a//b'],
  ['a workload is one of two', oldInstance, `${CLI}.workload`, 'TPCC', 'TPCE'],
  ['a workload is said', oldInstance, `${CLI}.workload`, 1, 'WORKLOAD_UNSPECIFIED'],
  ['a scale factor is a number', oldInstance, `${CLI}.scaleFactor`, '10', -1],
  ['a duration is a second or more', oldInstance, `${CLI}.duration`, '1s', '0.9s'],
  ['a duration is a day or less', oldInstance, `${CLI}.duration`, '86400s', '86401s'],
  ['a duration is in seconds', oldInstance, `${CLI}.duration`, '1.5s', '1m'],
  ['variables are text', oldInstance, `${CLI}.stroppyEnv.A`, '1', 1],
  [
    'variables are called so',
    oldInstance,
    `${CLI}.stroppyEnv`,
    { '1-A.b': '' },
    { 'A=B': '' },
    `${CLI}.stroppyEnv["A=B"]`,
  ],
  ['cores are a number', oldInstance, `${INSTANCE}.node.hardware.cores`, 4_294_967_295, 1.5],
  ['memory is a number', oldInstance, `${INSTANCE}.node.hardware.memory`, '8', '8GB'],
  ['a disk is a number', oldInstance, `${TEST}.stroppyHardware.disk`, 0, 4_294_967_296],
  ['a connection is one', oldConnection, `${TEST}.connectionString`, 'host=h user=u', 'grpc://h'],
  ['a connection is not empty', oldConnection, `${TEST}.connectionString`, 'postgresql://h', ''],
  ['a database is said', oldConnection, `${TEST}.connectionString`, 'postgres://h', undefined, TEST],
  ['a database is said once', oldInstance, `${TEST}.connectionString`, undefined, 'postgres://h', TEST],
  ['a target is one of two', oldInstance, 'target', 'TARGET_YANDEX_CLOUD', 'TARGET_DOKER'],
  ['the preferred target is one of two', oldInstance, 'settings.preferredTarget', 'TARGET_DOCKER', 'docker'],
  ['settings are needed', oldInstance, 'settings', (oldInstance as never)['settings'], undefined],
  ['the engine is needed', oldInstance, 'settings.hatchetConnection.host', 'h', ''],
  ['its port is one', oldInstance, 'settings.hatchetConnection.port', '65535', 65_536],
  ['its token is needed', oldInstance, 'settings.hatchetConnection.token', { secret: 'A' }, undefined],
  ['its token is a reference', oldInstance, 'settings.hatchetConnection.token', { secret: 'A', provider: 'file' }, 'x'],
  ['docker is needed', oldInstance, 'settings.docker.networkName', 'n', undefined],
  ['an image is needed', oldInstance, 'settings.docker.edgeWorkerImage', 'i', ''],
  ['a CIDR is text', oldInstance, 'settings.docker.networkCidr', '10.0.0.0/16', 10],
  ['a prefix is one', oldInstance, 'settings.docker.networkPrefix', 32, 33],
  ['a delay is a duration', oldInstance, 'settings.cleanupDelay', '600s', '10m'],
  yc('providerSettings.token', { secret: 'A' }, ''),
  yc('providerSettings.cloudId', 'c', ''),
  yc('providerSettings.folderId', 'f', ''),
  yc('providerSettings.zone', 'z', undefined),
  yc('networkSettings.name', 'n', ''),
  yc('networkSettings.externalId', 'x', ''),
  yc('vmSettings.baseImageId', 'i', ''),
  yc('vmSettings.enablePublicIps', true, 'true'),
  yc('vmSettings.platformId', 'p', 1),
  yc('vmSettings.vmUser', undefined, {}, '.name'),
  yc('vmSettings.vmUser.groups', ['g'], []),
  yc('vmSettings.vmUser.sshAuthorizedKeys', ['k'], []),
  yc('vmSettings.vmUser.sudoRules', 'r', ''),
  yc('vmSettings.vmUser.shell', 's', ''),
  ['a version is known', oldInstance, `${INSTANCE}.defaults.version`, 1, 'VERSION_15'],
  ['an engine is known', oldInstance, `${INSTANCE}.defaults.storageEngine`, 'STORAGE_ENGINE_HEAP', 'HEAP'],
  ['settings are text', oldInstance, `${INSTANCE}.defaults.postgresqlConf.max_connections`, '100', 100],
  ['a setting is one line', oldInstance, `${INSTANCE}.node.postgres.postgresqlConf.log_line_prefix`, '%m ', 'a\nb'],
  [
    'OrioleDB on 16 and 17',
    oldInstance,
    `${INSTANCE}.defaults`,
    oriole('VERSION_16'),
    oriole('VERSION_18'),
    `${INSTANCE}.defaults.storageEngine`,
  ],
  [
    'OrioleDB says its version',
    oldInstance,
    `${INSTANCE}.defaults`,
    oriole('VERSION_17'),
    oriole('VERSION_UNSPECIFIED'),
    `${INSTANCE}.defaults.storageEngine`,
  ],
  [
    'OrioleDB of one node',
    oldCluster,
    `${CLUSTER}.nodes[1].postgres.settings`,
    oriole('VERSION_16'),
    oriole('VERSION_18'),
    `${CLUSTER}.nodes[1].postgres.settings.storageEngine`,
  ],
  ['no Patroni on an instance', oldInstance, `${INSTANCE}.defaults.patroni.enabled`, false, true],
  ['an instance has a server', oldInstance, `${INSTANCE}.node.postgres`, { role: 1 }, undefined],
  ['an instance is a master', oldInstance, `${INSTANCE}.node.postgres.role`, 'ROLE_MASTER', 'ROLE_REPLICA'],
  ['an instance has no etcd', oldInstance, `${INSTANCE}.node.etcd`, null, {}],
  [
    'a role is said',
    oldInstance,
    `${INSTANCE}.node.postgres`,
    { role: 'ROLE_MASTER' },
    {},
    `${INSTANCE}.node.postgres.role`,
  ],
  [
    'one template',
    oldInstance,
    `${TEST}.databaseTemplate.postgresCluster`,
    undefined,
    { defaults: {}, nodes: [master, replica('r')] },
    `${TEST}.databaseTemplate`,
  ],
  ['a node is called so', oldInstance, `${INSTANCE}.node.name`, 'a-1', 'A'],
  ['a node is called so shortly', oldInstance, `${INSTANCE}.node.name`, 'a'.repeat(63), 'a'.repeat(64)],
  ['a node has hardware', oldInstance, `${INSTANCE}.node.hardware`, {}, undefined],
  [
    'a cluster is two',
    oldCluster,
    `${CLUSTER}.nodes`,
    [{ ...master, etcd: {} }, replica('r')],
    [{ ...master, etcd: {} }],
  ],
  ['names are unique', oldCluster, `${CLUSTER}.nodes[1].name`, 'z', 'a'],
  ['a node runs something', oldCluster, `${CLUSTER}.nodes[3]`, node('n', { monitoring: {} }), node('n', {})],
  ['one master', oldCluster, `${CLUSTER}.nodes[1].postgres.role`, 2, 1, `${CLUSTER}.nodes`],
  [
    'a replica',
    changed(oldCluster, `${CLUSTER}.defaults.patroni`, undefined) as object,
    `${CLUSTER}.nodes`,
    [master, replica('r')],
    [master, node('e', { etcd: {} })],
  ],
  [
    'etcd on one, three, five',
    oldCluster,
    `${CLUSTER}.nodes[2].etcd`,
    { monitor: true },
    undefined,
    `${CLUSTER}.nodes`,
  ],
  [
    'Patroni needs etcd',
    changed(oldCluster, `${CLUSTER}.nodes`, [master, replica('r')]) as object,
    `${CLUSTER}.defaults.patroni`,
    { enabled: false },
    { enabled: true },
  ],
  [
    'synchronous replicas',
    oldCluster,
    `${CLUSTER}.defaults.patroni`,
    { enabled: true, synchronousMode: true, synchronousNodeCount: 2 },
    { enabled: true, synchronousMode: true, synchronousNodeCount: 3 },
    `${CLUSTER}.defaults.patroni.synchronousNodeCount`,
  ],
  [
    'no synchronous replica said is one',
    oldCluster,
    `${CLUSTER}.defaults.patroni`,
    { enabled: true, synchronousMode: true, synchronousNodeCount: 0 },
    { enabled: true, synchronousMode: 1 },
    `${CLUSTER}.defaults.patroni.synchronousMode`,
  ],
  ...['ttl', 'loopWait', 'retryTimeout', 'maximumLagOnFailover'].map((key): Row => [
    `Patroni's ${key}`,
    oldCluster,
    `${CLUSTER}.defaults.patroni.${key}`,
    '30',
    '30s',
  ]),
  ['the port of etcd', oldCluster, `${CLUSTER}.nodes[0].etcd.config.baseClientPort`, 2479, 0],
  ['a port for each', oldCluster, `${CLUSTER}.nodes[0].etcd.config.baseClientPort`, 2381, 5432],
  ['monitoring of etcd', oldCluster, `${CLUSTER}.nodes[0].etcd.monitor`, 'yes', 'maybe'],
  ['PgBouncer needs its config', oldCluster, `${CLUSTER}.nodes[0].pgbouncer.config`, {}, undefined],
  ['the pool', oldCluster, `${CLUSTER}.nodes[0].pgbouncer.config.poolSize`, 5, 'many'],
  ['the mode of the pool', oldCluster, `${CLUSTER}.nodes[0].pgbouncer.config.poolMode`, 'STATEMENT', 'QUERY'],
  ['its clients', oldCluster, `${CLUSTER}.nodes[0].pgbouncer.config.maxClientConn`, 0, -1],
  ['its port', oldCluster, `${CLUSTER}.nodes[0].pgbouncer.config.port`, 6433, 70_000],
  [
    'its exporter',
    oldCluster,
    `${CLUSTER}.nodes[0].pgbouncer`,
    { config: {}, monitor: true },
    { config: {}, monitor: 1 },
    `${CLUSTER}.nodes[0].pgbouncer.monitor`,
  ],
  ['a backup needs its config', oldCluster, `${CLUSTER}.nodes[0].backup.config`, backup, undefined],
  [
    'a schedule is one',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { ...backup, schedule: '@daily' },
    { ...backup, schedule: 'daily' },
    `${CLUSTER}.nodes[0].backup.config.schedule`,
  ],
  [
    'a schedule is not empty',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    backup,
    { ...backup, schedule: '' },
    `${CLUSTER}.nodes[0].backup.config.schedule`,
  ],
  [
    'retention is text',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { ...backup, retention: '7d' },
    { ...backup, retention: 7 },
    `${CLUSTER}.nodes[0].backup.config.retention`,
  ],
  [
    'a backup tool',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { ...backup, tool: 'WAL_G' },
    { ...backup, tool: 'wal-g' },
    `${CLUSTER}.nodes[0].backup.config.tool`,
  ],
  [
    'a storage',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { schedule: '0 3 * * *', s3 },
    { schedule: '0 3 * * *' },
  ],
  ['one storage', oldCluster, `${CLUSTER}.nodes[0].backup.config`, backup, { ...backup, s3 }],
  [
    'a folder',
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { ...backup, local: { path: 'b' } },
    { ...backup, local: { path: '' } },
    `${CLUSTER}.nodes[0].backup.config.local.path`,
  ],
  ...Object.keys(s3).map((key): Row => [
    `S3's ${key}`,
    oldCluster,
    `${CLUSTER}.nodes[0].backup.config`,
    { schedule: '0 3 * * *', s3 },
    { schedule: '0 3 * * *', s3: { ...s3, [key]: '' } },
    `${CLUSTER}.nodes[0].backup.config.s3.${key}`,
  ]),
  [
    'the node exporter',
    oldCluster,
    `${CLUSTER}.nodes[0].monitoring.nodeExporter`,
    { port: 9101, collectors: ['cpu'] },
    { port: 0 },
    `${CLUSTER}.nodes[0].monitoring.nodeExporter.port`,
  ],
  [
    'the postgres exporter',
    oldCluster,
    `${CLUSTER}.nodes[0].monitoring.postgresExporter`,
    { customQueriesPaths: ['/q'] },
    { customQueriesPaths: '/q' },
    `${CLUSTER}.nodes[0].monitoring.postgresExporter.customQueriesPaths`,
  ],
];

describe.each(ROWS.map((row) => ({ rule: row[0], row })))('$rule', ({ row }) => {
  const [, base, path, good, bad, where = path] = row;

  it('accepts', () => expect(problemsOf(changed(base, path, good))).toEqual([]));

  it('refuses', () => {
    const found = problemsOf(changed(base, path, bad));
    expect(found.map((each) => each.split(' ')[1])).toContain(where);
    for (const each of found) expect(each).toMatch(/^SUITE_[A-Z_]+ \S/);
  });
});

describe('spelling', () => {
  it('takes every key in snake_case, and says where in those words', () => {
    const old = {
      suite: { tests: [] },
      settings: { hatchet_connection: { token: { secret: 'A' }, host: 'h', port: 1 } },
    };
    expect(problemsOf(old)).toContain('SUITE_MISSING settings.docker');
    const bad = changed(old, 'settings.hatchet_connection.port', 0);
    expect(problemsOf(bad)).toContain('SUITE_INVALID_VALUE settings.hatchet_connection.port');
  });

  it('refuses both spellings at once', () => {
    expect(problemsOf(changed(oldInstance, 'settings.hatchet_connection', {}))).toContain(
      'SUITE_DUPLICATE_KEY settings.hatchet_connection',
    );
  });

  it('refuses an unknown key and says which was meant', () => {
    const parsed = normaliseSuite(changed(oldInstance, `${CLI}.binarPath`, '/x'));
    expect(parsed).toMatchObject({ ok: false, problems: [{ code: 'SUITE_UNKNOWN_KEY', where: `${CLI}.binarPath` }] });
    expect(JSON.stringify(parsed)).toContain('did you mean binaryPath?');
  });

  it('keeps the keys of maps as they are', () => {
    const parsed = normaliseSuite(changed(oldInstance, `${CLI}.stroppyEnv`, { pool_size: '1', poolSize: '2' }));
    expect(parsed).toMatchObject({
      suite: { tests: [{ workload: { environment: { pool_size: '1', poolSize: '2' } } }] },
    });
  });

  it('takes what is null as not there', () => {
    expect(problemsOf(changed(oldInstance, 'settings.yandexCloud', null))).toEqual([]);
  });
});
