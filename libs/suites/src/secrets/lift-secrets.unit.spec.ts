import { describe, expect, it } from 'vitest';
import { normaliseSuite, parseSuite } from '../parse/parse-suite.ts';
import { changed, oldCluster, oldConnection, oldInstance } from '../testing/predecessor-documents.ts';
import { liftSecrets } from './lift-secrets.ts';
import { familiarNames, namesOfSuite } from './secret-names.ts';

const nodes = [{ name: 'pg', postgres: { role: 'primary' } }];
const native = (database: object, workload: object = { tool: 'pgbench' }): object => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 's',
  tests: [{ name: 't', database, workload }],
});
const command = { tool: 'command', command: ['x'] };
const s3 = { bucket: 'b', region: 'r', endpoint: 'e', accessKeyId: { secret: 'A' }, secretAccessKey: { secret: 'B' } };
const withBackup = native({
  topology: { nodes: [{ ...nodes[0], backup: { schedule: '0 3 * * *', destination: { s3 } } }] },
});
const PLACE = 'suite.tests[0].databaseTemplate.postgresCluster.nodes[0].backup.config';
const oldBackup = changed(oldCluster, PLACE, { schedule: '0 3 * * *', s3 });
const yandex = {
  providerSettings: { token: { secret: 'YC' }, cloudId: 'c', folderId: 'f', zone: 'z' },
  networkSettings: { name: 'n', externalId: 'x' },
  vmSettings: { baseImageId: 'i' },
};
const BACKUP = 'tests[0].database.topology.nodes[0].backup.destination.s3';

/** Every place of both dialects: a valid document with the secret in it. */
const PLACES: readonly (readonly [string, unknown])[] = [
  ['the engine', changed(oldInstance, 'settings.hatchetConnection.token', 'hunter2')],
  [
    'the cloud',
    changed(
      changed(oldInstance, 'settings.yandexCloud', yandex),
      'settings.yandexCloud.providerSettings.token',
      'hunter2',
    ),
  ],
  ['an old access key', changed(oldBackup, `${PLACE}.s3.accessKeyId`, 'hunter2')],
  ['an old secret key', changed(oldBackup, `${PLACE}.s3.secretAccessKey`, 'hunter2')],
  ['an old connection', changed(oldConnection, 'suite.tests[0].connectionString', 'postgres://u:hunter2@h/d')],
  ['an old connection of words', changed(oldConnection, 'suite.tests[0].connectionString', 'host=h password=hunter2')],
  [
    'an old connection in parts',
    changed(oldConnection, 'suite.tests[0].connectionString', { url: 'postgres://u:hunter2@h/d' }),
  ],
  ['an old variable', changed(oldInstance, 'suite.tests[0].stroppyCli.stroppyEnv.DB_SECRET', 'hunter2')],
  ['an old variable with a URL', changed(oldInstance, 'suite.tests[0].stroppyCli.stroppyEnv.A', 'http://u:hunter2@h')],
  ['a password', native({ connection: { url: 'postgres://h/d', password: 'hunter2' } })],
  ['a URL', native({ connection: { url: 'postgres://u:hunter2@h/d' } })],
  ['a parameter of a URL', native({ connection: { url: 'postgres://u@h/d?password=hunter2' } })],
  ['an access key', changed(withBackup, `${BACKUP}.accessKeyId`, 'hunter2')],
  ['a secret key', changed(withBackup, `${BACKUP}.secretAccessKey`, 'hunter2')],
  ['a variable', native({ topology: { nodes } }, { ...command, environment: { API_TOKEN: 'hunter2' } })],
];

describe.each(PLACES)('%s', (_, document) => {
  it('is refused in plain text, and not shown', () => {
    const parsed = normaliseSuite(document);
    const codes = parsed.ok ? [] : parsed.problems.map(({ code }) => code);
    expect(codes).toEqual(['SUITE_PLAIN_SECRET']);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('is lifted, and what is left can be published', () => {
    const before = JSON.stringify(document);
    const parsed = parseSuite(before, { secretName: namesOfSuite('s-1') });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));
    expect([...(parsed.lifted?.secrets.values() ?? [])].join()).toContain('hunter2');
    expect(JSON.stringify(parsed.lifted?.document)).not.toContain('hunter2');
    expect(normaliseSuite(parsed.lifted?.document)).toEqual({ ok: true, suite: parsed.suite });
    expect(JSON.stringify(document)).toBe(before);
  });
});

it.each([
  ['a description', native({ topology: { nodes } }), 'tests[0].description', 'password=hunter2'],
  [
    'a setting',
    native({ topology: { nodes } }),
    'tests[0].database.topology.postgres.settings.primary_conninfo',
    'password=hunter2',
  ],
  ['an unknown key', oldInstance, 'settings.apiKey', 'hunter2'],
  ['two passwords', native({}), 'tests[0].database.connection', { url: 'postgres://u:hunter2@h', password: 'x' }],
])('%s elsewhere is still refused', (_, base, path, value) => {
  const parsed = parseSuite(JSON.stringify(changed(base, path, value)), { secretName: familiarNames() });
  const codes = parsed.ok ? [] : parsed.problems.map(({ code }) => code);
  expect(codes).toContain('SUITE_PLAIN_SECRET');
  expect(JSON.stringify(parsed)).not.toContain('hunter2');
});

it('a matrix cannot smuggle one in', () => {
  const axes = { a: { path: 'workload.environment.API_TOKEN', values: ['hunter2'] } };
  const suite = changed(native({ topology: { nodes } }, { ...command, environment: {} }), 'tests[0].matrix', { axes });
  const parsed = normaliseSuite(suite);
  expect(parsed.ok).toBe(false);
});

it('names are those of the suite, fit, and each its own', () => {
  const nameOf = namesOfSuite('s-1');
  const long = Array.from({ length: 60 }, (_, index) => `key${index}`);
  const names = [nameOf(['a', 0, 'b c'], ''), nameOf(['a', 0, 'b c'], ''), nameOf(long, ''), nameOf(long, '')];
  expect(new Set(names).size).toBe(4);
  expect(names[0]).toBe('s-1.a-0-b-c');
  for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
});

it('familiar names are shared by what is the same', () => {
  const nodesOf = ['a', 'b', 'a'].map((accessKeyId) => ({ s3: { accessKeyId } }));
  const { document, secrets } = liftSecrets({ nodesOf }, familiarNames());
  expect([...secrets]).toEqual([
    ['S3_ACCESS_KEY_ID', 'a'],
    ['S3_ACCESS_KEY_ID_2', 'b'],
  ]);
  expect(JSON.stringify(document)).toContain('[{"s3":{"accessKeyId":{"secret":"S3_ACCESS_KEY_ID"}}}');
});
