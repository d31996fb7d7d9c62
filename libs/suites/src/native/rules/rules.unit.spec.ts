import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseSuite } from '../../parse/parse-suite.ts';

interface Parts {
  readonly nodes?: unknown;
  readonly postgres?: unknown;
  readonly database?: unknown;
  readonly workload?: unknown;
  readonly suite?: object;
  readonly repeat?: unknown;
}

const primary = { name: 'p', postgres: { role: 'primary' } };
const replica = (name: string, more: object = {}) => ({ name, postgres: { role: 'replica' }, ...more });
const etcd = (...names: string[]) => names.map((name) => ({ name, etcd: {} }));
const on = (more: object = {}) => ({ patroni: { enabled: true, ...more } });
const s3 = {
  bucket: 'b',
  region: 'r',
  endpoint: 'https://s3',
  accessKeyId: { secret: 'A' },
  secretAccessKey: { secret: 'B' },
};
const backup = (more: object = {}) => ({
  ...primary,
  backup: { schedule: '0 3 * * *', destination: { path: '/b' }, ...more },
});
const connection = (url: string) => ({ database: { connection: { url, password: { secret: 'PW' } } } });
const pgbench = (more: object) => ({ workload: { tool: 'pgbench', ...more } });

const fileOf = ({
  nodes = [primary],
  postgres,
  database,
  workload = { tool: 'pgbench' },
  suite,
  repeat,
}: Parts): string =>
  stringify({
    apiVersion: 'benchbus.io/v1',
    kind: 'Suite',
    name: 's',
    ...suite,
    tests: [{ name: 't', database: database ?? { topology: { postgres, nodes } }, workload, repeat }],
  });

const problemsOf = (parts: Parts) => {
  const parsed = parseSuite(fileOf(parts), { file: 'r.yaml' });
  return parsed.ok ? [] : parsed.problems;
};

const topology = 'tests[0].database.topology';
const node = `${topology}.nodes`;
const url = 'tests[0].database.connection.url';

/** Each rule of the format: what it refuses, where it says so, what of that kind it accepts. */
const rules: readonly [name: string, refused: Parts, where: string, accepted: Parts, code?: string][] = [
  ['unique names', { nodes: [primary, replica('p')] }, `${node}[1].name`, { nodes: [primary, replica('q')] }],
  [
    'load is reserved',
    { nodes: [{ ...primary, name: 'load' }] },
    `${node}[0].name`,
    { nodes: [{ ...primary, name: 'loader' }] },
  ],
  ['one primary, not two', { nodes: [primary, { ...primary, name: 'q' }] }, node, { nodes: [primary, replica('q')] }],
  ['one primary, not none', { nodes: [replica('q')] }, node, { nodes: [primary] }],
  ['one primary, not etcd alone', { nodes: etcd('a') }, node, { nodes: [primary, ...etcd('a')] }],
  ['etcd on 0, 1, 3, 5', { nodes: [primary, ...etcd('a', 'b')] }, node, { nodes: [primary, ...etcd('a', 'b', 'c')] }],
  [
    'Patroni needs etcd',
    { nodes: [primary, replica('r')], postgres: on() },
    `${topology}.postgres.patroni`,
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on() },
  ],
  [
    'Patroni needs a replica',
    { nodes: [primary, ...etcd('a')], postgres: on() },
    `${topology}.postgres.patroni`,
    { postgres: { patroni: {} } },
  ],
  [
    'no Patroni, no etcd',
    { nodes: [primary, ...etcd('a')], postgres: on() },
    `${topology}.postgres.patroni`,
    { nodes: [primary, ...etcd('a')], postgres: { patroni: { enabled: false, ttl: '20s' } } },
  ],
  [
    'enough synchronous replicas',
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ synchronousMode: true, synchronousNodeCount: 2 }) },
    `${topology}.postgres.patroni.synchronousNodeCount`,
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ synchronousMode: true }) },
  ],
  [
    "Patroni's least ttl",
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ ttl: '15s', loopWait: '1s', retryTimeout: '3s' }) },
    `${topology}.postgres.patroni.ttl`,
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ ttl: '20s', loopWait: '1s', retryTimeout: '3s' }) },
  ],
  [
    "Patroni's times, with its defaults for what is not said",
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ ttl: '29s' }) },
    `${topology}.postgres.patroni.ttl`,
    { nodes: [primary, replica('r', { etcd: {} })], postgres: on({ ttl: '20s', retryTimeout: '5s' }) },
  ],
  [
    "Patroni's keys say whether it is on",
    { postgres: { patroni: { ttl: '20s' } } },
    `${topology}.postgres.patroni.enabled`,
    { postgres: { patroni: { enabled: false, ttl: '20s' } } },
    'SUITE_MISSING',
  ],
  [
    'OrioleDB on 16 and 17',
    { postgres: { version: 15, storageEngine: 'orioledb' } },
    `${topology}.postgres.storageEngine`,
    { postgres: { version: 16, storageEngine: 'orioledb' } },
  ],
  [
    'OrioleDB of one node',
    { nodes: [{ name: 'p', postgres: { role: 'primary', override: { version: 18, storageEngine: 'orioledb' } } }] },
    `${node}[0].postgres.override.storageEngine`,
    { nodes: [{ name: 'p', postgres: { role: 'primary', override: { version: '17', storageEngine: 'orioledb' } } }] },
  ],
  [
    'a component',
    { nodes: [primary, { name: 'n' }] },
    `${node}[1]`,
    { nodes: [primary, { name: 'n', pgbouncer: { poolMode: 'session' } }] },
  ],
  [
    "a replica of the primary's version",
    {
      nodes: [primary, replica('r', { postgres: { role: 'replica', override: { version: 16 } } })],
      postgres: { version: 17 },
    },
    `${node}[1].postgres.override.version`,
    {
      nodes: [primary, replica('r', { postgres: { role: 'replica', override: { settings: { jit: false } } } })],
      postgres: { version: 17 },
    },
  ],
  [
    'something to back up',
    { nodes: [{ name: 'b', backup: { schedule: '* * * * *', destination: { path: '/b' } } }] },
    `${node}[0].backup`,
    { nodes: [backup()] },
  ],
  [
    'a schedule',
    { nodes: [backup({ schedule: 'nightly' })] },
    `${node}[0].backup.schedule`,
    { nodes: [backup({ schedule: '*/5 * * * *' })] },
  ],
  [
    'one destination, not two',
    { nodes: [backup({ destination: { path: '/b', s3 } })] },
    `${node}[0].backup.destination`,
    { nodes: [backup({ destination: { s3 } })] },
  ],
  [
    'one destination, not none',
    { nodes: [backup({ destination: {} })] },
    `${node}[0].backup.destination`,
    { nodes: [backup()] },
    'SUITE_MISSING',
  ],
  [
    'ports of a node',
    { nodes: [{ ...primary, pgbouncer: { port: 5432 } }] },
    `${node}[0].pgbouncer.port`,
    { nodes: [{ ...primary, pgbouncer: { poolMode: 'session' } }] },
  ],
  [
    'prepared statements through a pool',
    { nodes: [{ ...primary, pgbouncer: { poolMode: 'transaction' } }] },
    `${node}[0]`,
    {
      nodes: [{ ...primary, pgbouncer: { poolMode: 'transaction' } }],
      workload: { tool: 'pgbench', protocol: 'simple' },
    },
  ],
  [
    'clients for a pool',
    {
      nodes: [{ ...primary, pgbouncer: { poolMode: 'session', maxClientConnections: 1 } }],
      ...pgbench({ clients: 2 }),
    },
    `${node}[0]`,
    {
      nodes: [{ ...primary, pgbouncer: { poolMode: 'session', maxClientConnections: 2 } }],
      ...pgbench({ clients: 2 }),
    },
  ],
  [
    'a topology or a connection',
    { database: { topology: { nodes: [primary] }, connection: { url: 'postgres://h' } } },
    'tests[0].database',
    { database: { topology: { nodes: [primary] } } },
  ],
  [
    'some database',
    { database: {} },
    'tests[0].database',
    connection('postgresql://h/d?sslmode=require'),
    'SUITE_MISSING',
  ],
  ['a URL', connection('h:5432'), url, connection('postgres://u@[::1]:5433/d')],
  ['a URL of PostgreSQL', connection('mysql://h/d'), url, connection('postgres://h')],
  ['one host', connection('postgres://a,b/d'), url, connection('postgres://a/d')],
  [
    'settings on one line',
    { postgres: { settings: { a: 'x\ny = z' } } },
    `${topology}.postgres.settings.a`,
    { postgres: { settings: { a: 'x y = z' } } },
  ],
  [
    'settings of a node',
    { nodes: [{ name: 'p', postgres: { role: 'primary', settings: { port: 1 } } }] },
    `${node}[0].postgres.settings.port`,
    { nodes: [{ name: 'p', postgres: { role: 'primary', settings: { work_mem: '1MB' } } }] },
  ],
  [
    'settings of an override',
    { nodes: [{ name: 'p', postgres: { role: 'primary', override: { settings: { port: 1 } } } }] },
    `${node}[0].postgres.override.settings.port`,
    { nodes: [{ name: 'p', postgres: { role: 'primary', override: { settings: { a: 1 } } } }] },
  ],
  ['threads for clients', pgbench({ threads: 2 }), 'tests[0].workload.threads', pgbench({ threads: 2, clients: 2 })],
  [
    'whole seconds',
    pgbench({ warmup: '500ms' }),
    'tests[0].workload.warmup',
    { workload: { tool: 'go-tpc', warmup: '500ms' } },
  ],
  [
    'whole seconds of sysbench',
    { workload: { tool: 'sysbench', duration: '1500ms' } },
    'tests[0].workload.duration',
    { workload: { tool: 'command', command: ['x'], duration: '1500ms' } },
  ],
  [
    'a second at least',
    { workload: { tool: 'stroppy', version: 'v1', duration: '0s' } },
    'tests[0].workload.duration',
    { workload: { tool: 'stroppy', version: 'v1', duration: '1s' } },
  ],
  [
    'a script',
    pgbench({ script: { custom: '' } }),
    'tests[0].workload.script.custom',
    pgbench({ script: { custom: 'select 1;\n' }, rate: 0.5 }),
  ],
  [
    'a known script',
    pgbench({ script: 'select-onyl' }),
    'tests[0].workload.script',
    pgbench({ script: 'select-only' }),
  ],
  [
    'a version of stroppy',
    { workload: { tool: 'stroppy' } },
    'tests[0].workload.version',
    { workload: { tool: 'stroppy', version: 'v1' } },
    'SUITE_MISSING',
  ],
  [
    'an absolute path',
    { workload: { tool: 'stroppy', version: 'v1', workdir: 'w' } },
    'tests[0].workload.workdir',
    { workload: { tool: 'stroppy', version: 'v1', workdir: '/w' } },
  ],
  [
    'a command',
    { workload: { tool: 'command', command: [] } },
    'tests[0].workload.command',
    { workload: { tool: 'command', command: ['x'], environment: { A: '1', B: { secret: 'B' } } } },
  ],
  [
    'names of variables',
    { workload: { tool: 'command', command: ['x'], environment: { 'A=B': '1' } } },
    'tests[0].workload.environment["A=B"]',
    { workload: { tool: 'command', command: ['x'], environment: { 'A-B.c': '1' } } },
  ],
  [
    'time for the longest test',
    { suite: { timeouts: { workload: '64s' } } },
    'timeouts.workload',
    { suite: { timeouts: { workload: '65s' } } },
  ],
  [
    'time for stroppy',
    { suite: { timeouts: { workload: '59m' } }, workload: { tool: 'stroppy', version: 'v1' } },
    'timeouts.workload',
    { suite: { timeouts: { workload: '1h' } }, workload: { tool: 'stroppy', version: 'v1' } },
  ],
  [
    'time at all',
    { suite: { timeouts: { network: '0s' } } },
    'timeouts.network',
    { suite: { timeouts: { network: '1ms' } } },
  ],
  ['500 runs', { repeat: { times: 501 } }, 'tests', { repeat: { times: 500, reset: 'none' } }, 'SUITE_TOO_LARGE'],
];

describe('each rule of the native dialect', () => {
  it.each(rules)('%s: refuses, and accepts', (_, refused, where, accepted, code = 'SUITE_INVALID_VALUE') => {
    const found = problemsOf(refused);
    expect(found).toContainEqual(expect.objectContaining({ code, where }));
    for (const { message } of found) expect(message).toMatch(/^r\.yaml:\d+:\d+: .*allowed/);
    expect(problemsOf(accepted)).toEqual([]);
  });

  it('speaks beside errors of shape', () => {
    const nodes = [{ ...primary, hardware: { cores: 'two' } }, replica('p', { etcd: { port: 1 } }), ...etcd('a')];
    expect(problemsOf({ nodes, postgres: on({ ttl: 5 }) }).map(({ code, where }) => `${code} ${where}`)).toEqual([
      `SUITE_WRONG_TYPE ${topology}.postgres.patroni.ttl`,
      `SUITE_INVALID_VALUE ${node}`,
      `SUITE_WRONG_TYPE ${node}[0].hardware.cores`,
      `SUITE_INVALID_VALUE ${node}[1].name`,
      `SUITE_UNKNOWN_KEY ${node}[1].etcd.port`,
    ]);
  });

  it.each([
    [{ workload: { tool: 'sysbench', table: 3 } }, 'did you mean tables?'],
    [{ workload: { tool: 'go-tpc', warehouse: 3 } }, 'did you mean warehouses?'],
    [{ workload: { tool: 'sysbnch' } }, 'did you mean sysbench?'],
    [pgbench({ script: 'select-onyl' }), 'did you mean select-only?'],
    [pgbench({ script: { costum: 'x' } }), 'did you mean custom?'],
    [{ nodes: [{ ...primary, pgbounce: {} }] }, 'did you mean pgbouncer?'],
    [{ nodes: [{ ...primary, pgbouncer: { poolMode: 'transation' } }] }, 'did you mean transaction?'],
  ])('%#: suggests by what the document says: %j', (parts, suggestion) => {
    expect(problemsOf(parts).map(({ message }) => message)).toContainEqual(expect.stringContaining(suggestion));
  });

  it.each([
    'postgres://u:hunter2@h/d',
    'postgres://h/d?password=hunter2',
    'postgres://h/d?sslpassword=hunter2',
    'postgres://h/d?oauth_client_secret=hunter2',
  ])('%#: a secret in a URL is refused and not shown', (text) => {
    const found = problemsOf(connection(text));
    expect(found).toContainEqual(expect.objectContaining({ code: 'SUITE_PLAIN_SECRET', where: url }));
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
