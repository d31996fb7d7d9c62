import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { changed, oldConnection, oldInstance } from '../testing/predecessor-documents.ts';
import { normaliseSuite, parseSuite } from './parse-suite.ts';

const native = (test: object): object => ({
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 's',
  tests: [{ name: 't', database: { topology: { nodes: [{ name: 'pg', postgres: { role: 'primary' } }] } }, ...test }],
});
const pgbench = { tool: 'pgbench' };
const command = { tool: 'command', command: ['x'] };
const base = native({ workload: pgbench });
const matrix = (axis: object, more: object = {}, workload: object = command): object =>
  native({ workload, matrix: { axes: { x: axis }, ...more } });

/** Invalid documents with a word of no meaning at a place where another kind of value belongs. */
const MISPLACED: readonly (readonly [string, unknown])[] = [
  ['the engine', changed(oldInstance, 'settings.hatchetConnection', 'kangaroo')],
  ["the engine's host", changed(oldInstance, 'settings.hatchetConnection.port', 'kangaroo')],
  ['a variable', changed(oldInstance, 'suite.tests[0].stroppyCli.stroppyEnv.A', ['kangaroo'])],
  ['a map of variables', changed(oldInstance, 'suite.tests[0].stroppyCli.stroppyEnv', 'kangaroo')],
  ['a target', changed(oldInstance, 'target', 'kangaroo')],
  ['a version', changed(oldInstance, 'suite.tests[0].databaseTemplate.postgresInstance.defaults.version', 'kangaroo')],
  ['a connection', changed(oldConnection, 'suite.tests[0].connectionString', 'kangaroo')],
  ['a native target', changed(base, 'target', 'kangaroo')],
  ['an API version', changed(base, 'apiVersion', 'kangaroo')],
  ['the whole', 'kangaroo'],
  ['a number', changed(base, 'tests[0].workload.clients', 'kangaroo')],
  ['a URL', changed(base, 'tests[0].database', { connection: { url: 'kangaroo' } })],
  ['an axis without a place', matrix({ path: 'workload.kangaroo', values: [1] })],
  ['the values of an axis', matrix({ path: 'workload.clients', values: 'kangaroo' }, {}, pgbench)],
  ['a value of an axis', matrix({ path: 'workload.clients', values: ['kangaroo'] }, {}, pgbench)],
  ['a label', matrix({ path: 'workload.clients', values: { kangaroo: 1 } }, { exclude: [{ x: 'b' }] }, pgbench)],
  ['what is in the way', matrix({ path: 'name.kangaroo', values: [1] })],
];

it.each(MISPLACED)('no value goes to the log, only its kind: %s', (_, document) => {
  for (const suite of [document, stringify(document), JSON.stringify(document)]) {
    const parsed = normaliseSuite(suite);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('kangaroo');
    // eslint-disable-next-line no-control-regex -- no mark is left, either
    expect(JSON.stringify(parsed)).not.toMatch(/\\u000[2-4]|[\u0002-\u0004]/);
  }
});

it('the kind is said', () => {
  const messages = (document: unknown): string => JSON.stringify(normaliseSuite(document));
  expect(messages(changed(base, 'target', 'kangaroo'))).toContain('target: is text; allowed is one of local');
  expect(messages(changed(base, 'parallelism', 0))).toContain('parallelism: is a number; allowed is at least 1');
  expect(messages(changed(base, 'tests', {}))).toContain('tests: is a map; allowed is a list');
});

describe('whoever has the file', () => {
  const messages = (document: unknown): string => JSON.stringify(parseSuite(JSON.stringify(document), { file: 'f' }));

  it('is shown what is wrong', () => {
    for (const [what, document] of MISPLACED.filter(([name]) => ['a native target', 'a number'].includes(name)))
      expect(messages(document), what).toContain('is \\"kangaroo\\"');
    expect(messages(changed(base, 'parallelism', 0))).toContain('is 0;');
  });

  it('is not shown what may be a secret', () => {
    const near = ['the engine', "the engine's host", 'a variable', 'a map of variables', 'a connection', 'a URL'];
    for (const [what, document] of MISPLACED.filter(([name]) => near.includes(name)))
      expect(messages(document), what).not.toContain('kangaroo');
    expect(messages(changed(base, 'target', '9f86d081884c7d659a2feaa0c55ad015'))).toContain(
      'a value that is not shown',
    );
  });

  it.each(['9f86d081884c7d659a2feaa0c55ad015', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'u:hunter2@h'])(
    'is not shown a key that may be one: %s',
    (key) => {
      const document = changed(base, 'tests[0].workload', { ...pgbench, [key]: 1 });
      for (const text of [messages(document), JSON.stringify(normaliseSuite(document))]) {
        expect(text).toContain('a key that is not shown');
        expect(text).not.toContain(key);
      }
    },
  );
});

describe('an axis', () => {
  const secretAxes: readonly (readonly [string, object])[] = [
    ['a list', matrix({ path: 'workload.environment.DB_PASS', values: ['hunter2'] })],
    ['numbers', matrix({ path: 'workload.environment.DB_PASS', values: [4_711_471_147] })],
    ['a map', matrix({ path: 'workload.environment.DB_PASS', values: { a: 'hunter2' } })],
    ['variables', matrix({ path: 'workload.environment', values: { a: { PW: 'hunter2' } } })],
    ['a DSN', matrix({ path: 'workload.environment.A', values: ['u:hunter2@tcp(h)'] })],
    ['included', matrix({ path: 'workload.environment.PW', values: [''] }, { include: [{ x: 'hunter2' }] })],
    ['excluded', matrix({ path: 'workload.environment.PW', values: ['hunter2'] }, { exclude: [{ x: 'kangaroo' }] })],
    ['no list', matrix({ path: 'workload.environment.PW', values: 'hunter2' })],
    ['an argument', matrix({ path: 'workload.command', values: { a: ['x', '--password', 'hunter2'] } })],
    ['a label', matrix({ path: 'workload.environment.A', values: { 'u:hunter2@h': 'b' } })],
    [
      'a password',
      matrix({ path: 'database.connection', values: { a: { url: 'postgres://h/d', password: 'hunter2' } } }),
    ],
  ];
  it.each(secretAxes)('of secrets is refused, and shown nowhere: %s', (_, document) => {
    for (const parsed of [
      normaliseSuite(document),
      parseSuite(JSON.stringify(document)),
      parseSuite(JSON.stringify(document), { secretName: (path) => path.join('-') }),
    ]) {
      const codes = parsed.ok ? [] : parsed.problems.map(({ code }) => code);
      expect(codes.length).toBeGreaterThan(0);
      expect(new Set(codes)).toEqual(new Set(['SUITE_PLAIN_SECRET']));
      expect(JSON.stringify(parsed)).not.toMatch(/hunter2|4711471147/);
    }
  });

  it('is not shown where its path has a slip of the pen, either', () => {
    const document = matrix({ path: 'workload.enviroment.DB_PASS', values: ['hunter2'] });
    for (const parsed of [normaliseSuite(document), parseSuite(JSON.stringify(document))]) {
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toContain('hunter2');
    }
  });

  it('of references is fine', () => {
    const values = { old: { secret: 'A' }, new: { secret: 'B' } };
    const parsed = normaliseSuite(matrix({ path: 'workload.environment.DB_PASS', values }));
    expect(parsed.ok && parsed.suite.tests.map(({ name }) => name)).toEqual(['t [x=old]', 't [x=new]']);
  });
});

it('an argument that is a secret is refused in both forms of publishing, with a way out', () => {
  const document = native({
    workload: { ...command, command: ['x', '--password', 'hunter2'], prepare: ['y', '-phunter2'] },
  });
  for (const parsed of [normaliseSuite(document), parseSuite(JSON.stringify(document), { secretName: () => 'n' })]) {
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['SUITE_PLAIN_SECRET', 'tests[0].workload.command[2]'],
      ['SUITE_PLAIN_SECRET', 'tests[0].workload.prepare[1]'],
    ]);
    expect(problems[0]?.hint).toContain('environment: { NAME: { secret: NAME } }');
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  }
});
