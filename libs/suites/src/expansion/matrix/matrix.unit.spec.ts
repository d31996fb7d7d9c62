import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { topologyOf } from '../../model/database.ts';
import { parseSuite } from '../../parse/parse-suite.ts';

const single = [{ name: 'a', postgres: { role: 'primary' } }];
const pair = [...single, { name: 'b', postgres: { role: 'replica' } }];

const suiteOf = (...tests: object[]): string =>
  stringify({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests }, { aliasDuplicateObjects: false });
const base = { name: 't', database: { topology: { nodes: single } }, workload: { tool: 'pgbench' } };
const withMatrix = (matrix: unknown, more: object = {}): string => suiteOf({ ...base, ...more, matrix });

const clients = { path: 'workload.clients', values: [1, 8] };
const buffers = { path: 'database.topology.postgres.settings.shared_buffers', values: ['128MB', '1GB'] };
const topology = { path: 'database.topology.nodes', values: { single, pair } };

function testsOf(text: string) {
  const parsed = parseSuite(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return parsed.suite.tests;
}
const namesOf = (text: string): string[] => testsOf(text).map(({ name }) => name);
const problemsOf = (text: string) => {
  const parsed = parseSuite(text, { file: 'm.yaml' });
  return parsed.ok ? [] : parsed.problems;
};

describe('a matrix', () => {
  it('makes a test of each combination: the value in place, a label, a name in the order of the axes', () => {
    const tests = testsOf(withMatrix({ axes: { buffers, clients, topology } }, { labels: { team: 'x' } }));
    expect(tests).toHaveLength(8);
    expect(tests[3]).toMatchObject({
      name: 't [buffers=128MB, clients=8, topology=pair]',
      labels: { team: 'x', buffers: '128MB', clients: '8', topology: 'pair' },
      workload: { clients: 8 },
    });
    const deployed = tests[3] && topologyOf(tests[3].database);
    expect(deployed?.nodes.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(deployed?.postgres.settings).toEqual({ shared_buffers: '128MB' });
  });

  it('may set what the test lacks, and a part of what an earlier axis set', () => {
    const cores = { path: 'database.topology.nodes[0].hardware.cores', values: [2] };
    const tests = testsOf(suiteOf({ name: 't', workload: base.workload, matrix: { axes: { topology, cores } } }));
    expect(tests.map((test) => topologyOf(test.database)?.nodes[0]?.hardware.cores)).toEqual([2, 2]);
  });

  it('may vary the tool, with the keys of each', () => {
    const tools = { pg: { tool: 'pgbench', scale: 2 }, tpc: { tool: 'go-tpc', warehouses: 3 } };
    const tests = testsOf(withMatrix({ axes: { load: { path: 'workload', values: tools } } }));
    expect(tests.map(({ workload }) => workload.tool)).toEqual(['pgbench', 'go-tpc']);
  });

  it('takes dots below settings for a part of the name', () => {
    const axis = { path: 'database.topology.postgres.settings.pg_stat_statements.max', values: [100] };
    const [test] = testsOf(withMatrix({ axes: { statements: axis } }));
    expect(test && topologyOf(test.database)?.postgres.settings).toEqual({ 'pg_stat_statements.max': '100' });
  });

  it('excludes by any of the labels, and includes further ones, new values of a list among them', () => {
    const exclude = [
      { clients: 8, topology: 'pair' },
      { buffers: '1GB', clients: 1 },
    ];
    const include = [
      { clients: 64, buffers: '1GB', topology: 'pair' },
      { clients: 1, buffers: '1GB', topology: 'pair' },
    ];
    expect(namesOf(withMatrix({ axes: { buffers, clients, topology }, exclude, include }))).toEqual([
      't [buffers=128MB, clients=1, topology=single]',
      't [buffers=128MB, clients=1, topology=pair]',
      't [buffers=128MB, clients=8, topology=single]',
      't [buffers=1GB, clients=8, topology=single]',
      't [buffers=1GB, clients=64, topology=pair]',
      't [buffers=1GB, clients=1, topology=pair]',
    ]);
  });
});

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
const at = (rest: string): string => `tests[0].matrix.${rest}`;

describe('what is wrong in a matrix', () => {
  it.each<[string, unknown, string, string]>([
    ['null', null, 'SUITE_WRONG_TYPE', 'tests[0].matrix'],
    ['no axes', {}, 'SUITE_MISSING', at('axes')],
    ['no axis', { axes: {} }, 'SUITE_INVALID_VALUE', at('axes')],
    ['a name that is no label', { axes: { 'a b': clients } }, 'SUITE_INVALID_VALUE', at('axes["a b"]')],
    ['an unknown key', { axes: { clients: { ...clients, vales: 1 } } }, 'SUITE_UNKNOWN_KEY', at('axes.clients.vales')],
    ['no values', { axes: { clients: { ...clients, values: [] } } }, 'SUITE_INVALID_VALUE', at('axes.clients.values')],
    [
      'no named values',
      { axes: { clients: { ...clients, values: {} } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.values'),
    ],
    ['one value', { axes: { clients: { ...clients, values: 8 } } }, 'SUITE_WRONG_TYPE', at('axes.clients.values')],
    [
      'a list in a list',
      { axes: { t: { path: 'workload', values: [[]] } } },
      'SUITE_WRONG_TYPE',
      at('axes.t.values[0]'),
    ],
    [
      'a value twice',
      { axes: { clients: { ...clients, values: [1, '1'] } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.values[1]'),
    ],
    [
      'a label too long',
      { axes: { clients: { ...clients, values: ['x'.repeat(61)] } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.values[0]'),
    ],
    [
      'an unknown path',
      { axes: { clients: { ...clients, path: 'workload.cliens' } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.path'),
    ],
    [
      'a path to nothing',
      { axes: { clients: { ...clients, path: 'workload.clients.x' } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.path'),
    ],
    [
      'no path',
      { axes: { clients: { ...clients, path: 'workload..clients' } } },
      'SUITE_INVALID_VALUE',
      at('axes.clients.path'),
    ],
    ['the name', { axes: { clients: { ...clients, path: 'name' } } }, 'SUITE_INVALID_VALUE', at('axes.clients.path')],
    [
      'an entry that is not there',
      { axes: { n: { path: 'database.topology.nodes[1].name', values: ['x'] } } },
      'SUITE_INVALID_VALUE',
      at('axes.n.path'),
    ],
    ['the same path twice', { axes: { a: clients, b: clients } }, 'SUITE_INVALID_VALUE', at('axes.b.path')],
    [
      'an undone axis',
      { axes: { a: clients, b: { path: 'workload', values: { x: {} } } } },
      'SUITE_INVALID_VALUE',
      at('axes.b.path'),
    ],
    [
      'an unknown axis excluded',
      { axes: { clients }, exclude: [{ client: 1 }] },
      'SUITE_UNKNOWN_KEY',
      at('exclude[0].client'),
    ],
    [
      'an unknown label excluded',
      { axes: { clients }, exclude: [{ clients: 2 }] },
      'SUITE_INVALID_VALUE',
      at('exclude[0].clients'),
    ],
    ['an empty exclusion', { axes: { clients }, exclude: [{}] }, 'SUITE_INVALID_VALUE', at('exclude[0]')],
    [
      'all excluded',
      { axes: { clients }, exclude: [{ clients: 1 }, { clients: 8 }] },
      'SUITE_EMPTY_MATRIX',
      at('exclude'),
    ],
    [
      'an unknown axis included',
      { axes: { clients }, include: [{ clients: 2, x: 1 }] },
      'SUITE_UNKNOWN_KEY',
      at('include[0].x'),
    ],
    [
      'an axis not included',
      { axes: { clients, topology }, include: [{ clients: 2 }] },
      'SUITE_MISSING',
      at('include[0].topology'),
    ],
    [
      'a new name included',
      { axes: { topology }, include: [{ topology: 'pears' }] },
      'SUITE_INVALID_VALUE',
      at('include[0].topology'),
    ],
    [
      'a combination included twice',
      { axes: { clients }, include: [{ clients: 8 }] },
      'SUITE_INVALID_VALUE',
      at('include[0]'),
    ],
    [
      '501 tests',
      { axes: { a: { ...clients, values: hundred }, b: { path: 'workload.scale', values: hundred.slice(0, 6) } } },
      'SUITE_TOO_LARGE',
      'tests[0].matrix',
    ],
    [
      'too many to count',
      {
        axes: Object.fromEntries(
          ['clients', 'scale', 'threads'].map((key) => [key, { path: `workload.${key}`, values: hundred }]),
        ),
      },
      'SUITE_TOO_LARGE',
      at('axes'),
    ],
  ])('%s', (_, matrix, code, where) => {
    expect(problemsOf(withMatrix(matrix))).toEqual([expect.objectContaining({ code, where })]);
  });

  it('refuses a label that is an axis as well, 500 runs by repeats, and tests that fill the memory', () => {
    expect(problemsOf(withMatrix({ axes: { clients } }, { labels: { clients: 'x' } }))).toEqual([
      expect.objectContaining({ code: 'SUITE_INVALID_VALUE', where: 'tests[0].labels.clients' }),
    ]);
    expect(problemsOf(withMatrix({ axes: { clients } }, { repeat: { times: 251 } }))).toEqual([
      expect.objectContaining({ code: 'SUITE_TOO_LARGE', where: 'tests' }),
    ]);
    const axes = { clients: { ...clients, values: hundred } };
    expect(problemsOf(withMatrix({ axes }, { description: 'x'.repeat(900_000) }))).toContainEqual(
      expect.objectContaining({ code: 'SUITE_TOO_LARGE', where: 'tests[0].matrix' }),
    );
  });

  it('bounds what the matrices of a suite cost together, however few tests they leave', () => {
    const scale = { path: 'workload.scale', values: hundred.slice(0, 60) };
    const axes = { clients: { ...clients, values: hundred }, scale };
    const matrix = { axes, exclude: hundred.slice(1).map((each) => ({ clients: each })) };
    const one = { ...base, matrix };
    expect(testsOf(suiteOf(one))).toHaveLength(60);
    const found = problemsOf(suiteOf(one, { ...one, name: 'u' }));
    expect(found).toEqual([expect.objectContaining({ code: 'SUITE_TOO_LARGE', where: 'tests[1].matrix.axes' })]);
  });

  it("says at the axis' value what is wrong with it, and in which combinations", () => {
    const axes = { clients: { ...clients, values: [1, 'many'] }, topology };
    const [problem, ...more] = problemsOf(withMatrix({ axes }));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'SUITE_WRONG_TYPE', where: 'tests[0].matrix.axes.clients.values[1]' });
    expect(problem?.message).toMatch(/^m\.yaml:\d+:\d+: .*"many".*\[clients=many, topology=single\] and 1 more/);
    const text = withMatrix({ axes });
    const line = text.split('\n').findIndex((each) => each.includes('many')) + 1;
    expect(problem?.message).toContain(`m.yaml:${line}:`);
  });

  it('says within a named value, and at the test, what comes of combining them', () => {
    const nodes = [...pair, { name: 'b', etcd: {} }];
    const axes = { clients, topology: { ...topology, values: { single, wrong: nodes } } };
    const found = problemsOf(withMatrix({ axes }, { workload: { tool: 'pgbench', threads: 2 } }));
    expect(found.map(({ where }) => where)).toEqual([
      'tests[0].workload.threads',
      'tests[0].matrix.axes.topology.values.wrong[2].name',
    ]);
    expect(found[0]?.message).toContain('[clients=1, topology=single] and 1 more');
  });

  it('says once what every combination has', () => {
    const [problem, ...more] = problemsOf(
      withMatrix({ axes: { clients } }, { workload: { tool: 'pgbench', scale: 0 } }),
    );
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ where: 'tests[0].workload.scale' });
    expect(problem?.message).not.toContain('combination');
  });

  it('tells what else is wrong in a test whose matrix is, but not what it may only seem to lack', () => {
    const text = suiteOf({ name: 't', workload: { tool: 'pgbench', scal: 1, threads: 2 }, matrix: { axes: {} } });
    expect(problemsOf(text).map(({ where }) => where)).toEqual(['tests[0].workload.scal', 'tests[0].matrix.axes']);
  });

  it('never shows a secret that an axis holds', () => {
    const command = { tool: 'command', command: ['x'], nonsense: 1 };
    const axis = { path: 'workload.environment.API_TOKEN', values: ['hunter2', 'hunter3'] };
    const found = problemsOf(withMatrix({ axes: { x: axis } }, { workload: command }));
    expect(found.map(({ code }) => code)).toEqual(['SUITE_PLAIN_SECRET', 'SUITE_PLAIN_SECRET']);
    expect(JSON.stringify(found)).not.toContain('hunter');
  });
});
