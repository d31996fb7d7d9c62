import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { RESERVED_SETTINGS } from '../native/reserved-settings.ts';
import type { Problem } from '../model/problem.ts';
import { topologyOf } from '../model/database.ts';
import { normaliseSuite, parseSuite } from './parse-suite.ts';
import type { ParsedSuite } from './parse-suite.ts';

// Some files are as large as they may be: a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000 });

const minimal = `apiVersion: benchbus.io/v1
kind: Suite
name: s
tests:
  - name: t
    database: { topology: { nodes: [{ name: pg, postgres: { role: primary } }] } }
    workload: { tool: pgbench }
`;

const problems = (parsed: ParsedSuite): readonly Problem[] => (parsed.ok ? [] : parsed.problems);
const codesOf = (text: string | Uint8Array): string[] => problems(parseSuite(text)).map(({ code }) => code);
const only = (text: string): Problem => {
  const [problem, ...more] = problems(parseSuite(text, { file: 's.yaml' }));
  if (problem === undefined || more.length > 0) throw new Error(JSON.stringify(parseSuite(text)));
  return problem;
};
/** The minimal suite with one piece of text replaced. */
const but = (from: string, to: string): string => {
  if (!minimal.includes(from)) throw new Error(`${from} is not in the text`);
  return minimal.replace(from, to);
};

describe('a valid suite', () => {
  it('gets a default for everything it does not say', () => {
    const parsed = parseSuite(minimal);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));
    const { settings, tests } = parsed.suite;
    expect(settings).toMatchObject({
      target: 'local',
      sharing: 'exclusive',
      hardwarePolicy: 'reject',
      keep: { when: 'never' },
    });
    expect(settings.timeouts).toMatchObject({ queueMs: 86_400_000, workloadMs: 7_200_000 });
    expect(tests[0]?.workload).toMatchObject({
      script: 'tpcb-like',
      scale: 1,
      clients: 1,
      threads: 1,
      warmupMs: 5000,
      durationMs: 60_000,
    });
    expect(tests[0] && topologyOf(tests[0].database)?.postgres).toEqual({
      version: 'installed',
      storageEngine: 'heap',
      settings: {},
    });
  });

  it('may be the quickstart', () => {
    const file = join(import.meta.dirname, '../../../../examples/quickstart.yaml');
    const parsed = parseSuite(readFileSync(file), { file });
    expect(problems(parsed)).toEqual([]);
  });

  it('may say everything the format has', () => {
    const text = `
apiVersion: benchbus.io/v1
kind: Suite
name: pg15-shared-buffers
target: local
parallelism: 1
sharing: exclusive
hardwarePolicy: reject
keep: { when: never, for: 30m }
onInterrupt: fail
timeouts: { queue: 24h, network: 5m, provision: 10m, database: 10m, workload: 2h, artifacts: 10m }
images: { pull: if-not-present }
artifacts: { retention: 30d }
tests:
  - name: baseline
    description: ""
    database:
      topology:
        postgres: { version: 15, storageEngine: heap, settings: { shared_buffers: 256MB, max_connections: 100, fsync: off, jit: false }, patroni: {} }
        nodes:
          - { name: pg, hardware: { cores: 1, memory: 1GB, disk: 5GB }, postgres: { role: primary } }
    workload:
      tool: pgbench
      script: tpcb-like
      scale: 10
      clients: 8
      threads: 2
      protocol: prepared
      warmup: 5s
      duration: 60s
      hardware: { cores: 1, memory: 1GB, disk: 5GB }
    repeat: { times: 3, reset: data }
`;
    const parsed = parseSuite(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));
    const [test] = parsed.suite.tests;
    expect(test && topologyOf(test.database)?.postgres).toEqual({
      version: '15',
      storageEngine: 'heap',
      settings: { shared_buffers: '256MB', max_connections: '100', fsync: 'off', jit: 'off' },
    });
    expect(test?.repeat).toEqual({ times: 3, reset: 'data' });
  });

  it('gets time enough for its longest test where no timeout is given', () => {
    const parsed = parseSuite(but('tool: pgbench', 'tool: pgbench, duration: 10h'));
    expect(parsed.ok && parsed.suite.settings.timeouts.workloadMs).toBe(2 * (36_000_000 + 5000));
  });

  it('may use anchors and merge keys, a byte order mark, and arrive as JSON or text in a request', () => {
    const anchored = but('nodes: [{ name: pg,', 'nodes: [{ name: pg, hardware: &hw { cores: 2 },').replace(
      'tool: pgbench',
      'tool: pgbench, hardware: { <<: *hw, memory: 2GB }',
    );
    expect(problems(parseSuite(anchored))).toEqual([]);
    expect(problems(parseSuite(`\uFEFF${minimal}`))).toEqual([]);
    expect(problems(parseSuite(Buffer.from(`\uFEFF${minimal}`)))).toEqual([]);
    expect(problems(normaliseSuite(minimal))).toEqual([]);
    const nodes = [{ name: 'pg', postgres: { role: 'primary' } }];
    const tests = [{ name: 't', database: { topology: { nodes } }, workload: { tool: 'pgbench' } }];
    expect(normaliseSuite({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests })).toEqual(
      parseSuite(minimal),
    );
  });
});

describe('what is no suite at all', () => {
  it.each([
    ['', 'SUITE_EMPTY'],
    ['# nothing\n', 'SUITE_EMPTY'],
    ['a: b: c', 'SUITE_NOT_YAML'],
    ['a: *b', 'SUITE_NOT_YAML'],
    ['? [a]\n: 1', 'SUITE_NOT_YAML'],
    ['a: !own x', 'SUITE_NOT_YAML'],
    ['a: 1\na: 2', 'SUITE_DUPLICATE_KEY'],
    [`${minimal}---\n${minimal}`, 'SUITE_MULTIPLE_DOCUMENTS'],
    ['just text', 'SUITE_WRONG_TYPE'],
    ['[1, 2]', 'SUITE_WRONG_TYPE'],
    ['a: \u0000', 'SUITE_BINARY'],
    [`# ${'x'.repeat(1024 * 1024)}`, 'SUITE_TOO_LARGE'],
    ['&a [*a, *a]', 'SUITE_ALIAS_BOMB'],
    [`a: &a 1\nb: [${'*a,'.repeat(101)}]`, 'SUITE_ALIAS_BOMB'],
    [`${'['.repeat(70)}${']'.repeat(70)}`, 'SUITE_TOO_DEEP'],
    ['['.repeat(100_000), 'SUITE_TOO_DEEP'],
    ['{a: '.repeat(100_000), 'SUITE_TOO_DEEP'],
    ['- '.repeat(100_000), 'SUITE_TOO_DEEP'],
    ['? '.repeat(100_000), 'SUITE_TOO_DEEP'],
    [': '.repeat(100_000), 'SUITE_TOO_DEEP'],
    [Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'SUITE_TOO_DEEP'],
    [Array.from({ length: 1_000 }, (_, level) => `${' '.repeat(level)}-`).join('\n'), 'SUITE_TOO_DEEP'],
  ])('%#: %j', (text, code) => expect(codesOf(text)).toContain(code));

  const nested = (levels: number, [open, close]: readonly [string, string]): string =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;
  const LISTS = ['[', ']'] as const;
  const MAPS = ['{"a":', '}'] as const;
  const native = (inner: string): string =>
    `{"apiVersion":"benchbus.io/v1","kind":"Suite","name":"s","tests":[{"name":"t","matrix":{"axes":{"x":{"values":[1,${inner}]}}}}]}`;
  const old = (inner: string): string =>
    `{"suite":{"tests":[{"databaseTemplate":{"postgresInstance":{"port":${inner}}}}]}}`;

  // What reads JSON has no limit; what writes it overflows the stack from a few thousand levels on.
  it.each([65, 6000, 100_000])('has a code and a place for %d levels, as a text and as a value', (levels) => {
    for (const [text, where] of [
      [native(nested(levels, LISTS)), 'tests[0].matrix.axes.x.values[1][0]'],
      [native(nested(levels, MAPS)), 'tests[0].matrix.axes.x.values[1].a'],
      [old(nested(levels, LISTS)), 'suite.tests[0].databaseTemplate.postgresInstance.port[0][0]'],
      [old(nested(levels, MAPS)), 'suite.tests[0].databaseTemplate.postgresInstance.port.a.a'],
    ] as const) {
      const code = 'SUITE_TOO_DEEP';
      expect(problems(normaliseSuite(JSON.parse(text)))).toMatchObject([{ code, where }]);
      const inText = only(text);
      expect(inText.code).toBe(code);
      expect(inText.message).toMatch(/^s\.yaml:1:\d+: /);
    }
  });

  it('counts levels that aliases add up', () => {
    const link = (nth: number, inner: string) => `a${nth}: &a${nth} ${nested(30, LISTS).replace('1', inner)}\n`;
    expect(only(link(0, '1') + link(1, '*a0') + link(2, '*a1')).code).toBe('SUITE_TOO_DEEP');
  });

  it('takes bytes that are no UTF-8 as binary', () => {
    expect(codesOf(new Uint8Array([0xff, 0xfe, 0x61, 0x00]))).toEqual(['SUITE_BINARY']);
  });

  it('stops a "billion laughs"', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(codesOf(lines.join('\n'))).toEqual(['SUITE_ALIAS_BOMB']);
  });

  it('says what a file without apiVersion lacks, and knows the predecessor', () => {
    expect(only(but('apiVersion: benchbus.io/v1\n', ''))).toMatchObject({ code: 'SUITE_MISSING', where: 'apiVersion' });
    // The predecessor's dialect has tests of its own.
    const old = problems(parseSuite('suite: { tests: [] }\nsettings: {}\ntarget: TARGET_DOCKER\n'));
    expect(old.map(({ where }) => where)).toEqual(['suite.tests', 'settings.hatchetConnection', 'settings.docker']);
    expect(only(but('benchbus.io/v1', 'benchbus.io/v9'))).toMatchObject({
      code: 'SUITE_INVALID_VALUE',
      where: 'apiVersion',
    });
  });
});

describe('what is wrong in a suite', () => {
  it.each([
    ['name: s\n', '', 'SUITE_MISSING', 'name'],
    ['name: s\n', 'name: [s]\n', 'SUITE_WRONG_TYPE', 'name'],
    ['kind: Suite', 'kind: Suit', 'SUITE_INVALID_VALUE', 'kind'],
    ['name: s\n', 'name: s\ntarget: docke\n', 'SUITE_INVALID_VALUE', 'target'],
    ['name: s\n', 'name: s\nkeep: { for: 5 }\n', 'SUITE_WRONG_TYPE', 'keep.for'],
    ['name: s\n', 'name: s\nkeep: { for: 5x }\n', 'SUITE_INVALID_VALUE', 'keep.for'],
    ['name: s\n', 'name: s\ntimeouts: { network: 0s }\n', 'SUITE_INVALID_VALUE', 'timeouts.network'],
    ['name: s\n', 'name: s\ntimeouts: { workload: 30s }\n', 'SUITE_INVALID_VALUE', 'timeouts.workload'],
    ['name: pg', 'name: load', 'SUITE_INVALID_VALUE', 'tests[0].database.topology.nodes[0].name'],
    ['name: pg', 'name: PG', 'SUITE_INVALID_VALUE', 'tests[0].database.topology.nodes[0].name'],
    [
      'name: pg',
      'name: pg, hardware: { memory: 1 }',
      'SUITE_WRONG_TYPE',
      'tests[0].database.topology.nodes[0].hardware.memory',
    ],
    [
      'name: pg',
      'name: pg, hardware: { cores: 0 }',
      'SUITE_INVALID_VALUE',
      'tests[0].database.topology.nodes[0].hardware.cores',
    ],
    [
      'nodes: [',
      'postgres: { settings: { port: 1 } }, nodes: [',
      'SUITE_INVALID_VALUE',
      'tests[0].database.topology.postgres.settings.port',
    ],
    [
      'nodes: [',
      'postgres: { settings: { a: "x\\ny = z" } }, nodes: [',
      'SUITE_INVALID_VALUE',
      'tests[0].database.topology.postgres.settings.a',
    ],
    [
      'nodes: [',
      'postgres: { version: 14 }, nodes: [',
      'SUITE_INVALID_VALUE',
      'tests[0].database.topology.postgres.version',
    ],
    [
      'nodes: [',
      'nodes: [{ name: a, postgres: { role: primary } }, ',
      'SUITE_INVALID_VALUE',
      'tests[0].database.topology.nodes',
    ],
    ['tool: pgbench', 'tool: pgbenc', 'SUITE_INVALID_VALUE', 'tests[0].workload.tool'],
    ['{ tool: pgbench }', '{ scale: 1 }', 'SUITE_MISSING', 'tests[0].workload.tool'],
    ['tool: pgbench', 'tool: pgbench, scale: 1.5', 'SUITE_WRONG_TYPE', 'tests[0].workload.scale'],
    ['tool: pgbench', 'tool: pgbench, threads: 2', 'SUITE_INVALID_VALUE', 'tests[0].workload.threads'],
    ['tool: pgbench', 'tool: pgbench, duration: 1500ms', 'SUITE_INVALID_VALUE', 'tests[0].workload.duration'],
    ['tool: pgbench', 'tool: pgbench, duration: 0s', 'SUITE_INVALID_VALUE', 'tests[0].workload.duration'],
    ['tool: pgbench }', 'tool: pgbench }\n    repeat: { times: 501 }', 'SUITE_TOO_LARGE', 'tests'],
  ])('%j → %j: %s at %s', (from, to, code, where) => {
    const found = problems(parseSuite(but(from, to)));
    expect(found).toContainEqual(expect.objectContaining({ code, where }));
  });

  it('shows line and column, what is allowed, and what was probably meant', () => {
    const problem = only(but('tool: pgbench', 'tool: pgbench, cliens: 4'));
    expect(problem).toMatchObject({ code: 'SUITE_UNKNOWN_KEY', where: 'tests[0].workload.cliens' });
    expect(problem.message).toMatch(/^s\.yaml:7:32: /);
    expect(problem.message).toContain('did you mean clients?');
    expect(problem.message).toContain('warmup');
  });

  it('lists everything at once, in the order of the text', () => {
    const text = but('name: s\n', 'nam: s\nparallelism: 0\n')
      .replace('role: primary', 'role: boss')
      .replace('tool: pgbench', 'tool: pgbench, threads: 9');
    expect(problems(parseSuite(text)).map(({ code, where }) => `${code} ${where}`)).toEqual([
      'SUITE_MISSING name',
      'SUITE_UNKNOWN_KEY nam',
      'SUITE_INVALID_VALUE parallelism',
      'SUITE_INVALID_VALUE tests[0].database.topology.nodes[0].postgres.role',
      'SUITE_INVALID_VALUE tests[0].workload.threads',
    ]);
  });

  it('says a hundred things and counts the rest', () => {
    const found = problems(parseSuite(minimal + Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n')));
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toMatchObject({ code: 'SUITE_MORE_PROBLEMS', message: 'and 4900 more problems' });
  });

  it('refuses more than 500 runs and more than 4 MiB', () => {
    const test = minimal.slice(minimal.indexOf('  - name'));
    expect(codesOf(minimal + test.repeat(500).replaceAll('tool: pgbench }', 'tool: pgbench }'))).toContain(
      'SUITE_TOO_LARGE',
    );
    const long = {
      ...(JSON.parse(JSON.stringify({ name: 't', workload: { tool: 'pgbench' } })) as object),
      description: 'x'.repeat(10_000),
      database: { topology: { nodes: [{ name: 'pg', postgres: { role: 'primary' } }] } },
    };
    const value = { apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests: Array(450).fill(long) };
    expect(problems(normaliseSuite(value)).map(({ code }) => code)).toEqual(['SUITE_TOO_LARGE']);
  });

  it.each([null, 1, [], true])('takes the value %j from a request as no suite', (value) => {
    expect(problems(normaliseSuite(value))).toEqual([expect.objectContaining({ code: 'SUITE_WRONG_TYPE' })]);
  });
});

describe('a setting of postgresql.conf that benchbus decides', () => {
  it.each(['logging_collector: on', 'Logging_Collector: off', ...RESERVED_SETTINGS.map((name) => `${name}: x`)])(
    'is refused: %s',
    (setting) => {
      const [name = ''] = setting.split(':');
      const problem = only(but('nodes: [', `postgres: { settings: { ${setting} } }, nodes: [`));
      expect(problem).toMatchObject({ code: 'SUITE_INVALID_VALUE' });
      expect(problem.where).toContain(`settings.${name}`);
      expect(problem.message).toContain('logging_collector');
    },
  );

  it('is not every one that begins alike', () => {
    const text = but('nodes: [', 'postgres: { settings: { include_x: 1, port_x: 2, log_statement: all } }, nodes: [');
    expect(parseSuite(text)).toMatchObject({ ok: true });
  });
});

describe('a secret in plain text', () => {
  const texts = [
    but('name: s\n', 'name: s\npassword: hunter2\n'),
    but('name: s\n', 'name: s\nhatchetToken: { value: x }\ntoken: hunter2\n'),
    but('name: s\n', 'name: s\naccess_key: hunter2\n'),
    but('database: {', 'database: { connection: { url: "postgres://u:hunter2@h/d" },'),
    but('database: {', 'database: { connection: { url: postgres://h/d, password: hunter2 },'),
    but('database: {', 'database: { connection: { password: { secret: [hunter2] } },'),
    but('nodes: [', 'postgres: { settings: { primary_conninfo: "host=h password=hunter2" } }, nodes: ['),
    but('nodes: [', 'postgres: { version: "postgres://u:hunter2@h" }, nodes: ['),
    but('name: s\n', 'name: s\n"postgres://u:hunter2@h": 1\n'),
    'password: !hunter2 x',
    'password: "hunter2',
    'password: "\\hunter2"',
    'password: %hunter2',
    'password: |hunter2',
    'a: *hunter2',
    'password: hunter2: x',
    'suite: { password: hunter2 }',
  ];
  it.each(texts)('%#: is refused and never echoed', (text) => {
    const parsed = parseSuite(text);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('is found where it stands, whatever else is wrong', () => {
    for (const text of texts.slice(0, 5)) expect(codesOf(text)).toContain('SUITE_PLAIN_SECRET');
    expect(codesOf(texts.at(-1) ?? '')).toContain('SUITE_PLAIN_SECRET');
  });

  it('is not what only sounds like one', () => {
    expect(
      codesOf(but('nodes: [', 'postgres: { settings: { password_encryption: scram-sha-256 } }, nodes: [')),
    ).toEqual([]);
  });
});
