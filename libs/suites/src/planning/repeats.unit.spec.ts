import { describe, expect, it } from 'vitest';
import type { Test } from '../model/suite.ts';
import type { Workload } from '../model/workload.ts';
import { exampleTest } from '../testing/example-suite.ts';
import { notExecutable } from './not-executable.ts';
import { planDeployment } from './plan-deployment.ts';

const planOf = (test: Test, repeat?: number, target: 'local' | 'docker' | 'yandex' = 'local') => {
  const planned = planDeployment({
    ...{ test, cidr: '127.64.0.0/24', host: { cores: 64, memoryBytes: 2 ** 40 } },
    settings: { hardwarePolicy: 'reject', target },
    ...(repeat === undefined ? {} : { repeat }),
  });
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
};
const loadOf = (...of: Parameters<typeof planOf>) =>
  planOf(...of)
    .nodes.flatMap(({ processes }) => processes)
    .find((process) => process.kind === 'load');
const repeated = (times: number, reset: 'none' | 'data' | 'server', more: Partial<Test> = {}): Test => ({
  ...exampleTest(),
  ...more,
  repeat: { times, reset },
});

describe('the plan of a repeated test', () => {
  it('says which measurement it is, of several', () => {
    expect(loadOf(repeated(1, 'data'))).not.toHaveProperty('repeat');
    expect(loadOf(repeated(3, 'server'), 2)).toMatchObject({ repeat: { index: 2, times: 3, reset: 'server' } });
    expect(loadOf(repeated(3, 'none'))).toMatchObject({ repeat: { index: 1, times: 3, reset: 'none' } });
  });
});

describe('the copy that repeats start from', () => {
  const { workload } = exampleTest();
  const keyOf = (more: Partial<Test> = {}) => loadOf(repeated(2, 'data', more))?.kept?.key;
  const withSettings = (settings: Record<string, string>): Partial<Test> => {
    const { database } = exampleTest();
    if (!('topology' in database)) throw new Error('a topology');
    const { topology } = database;
    return { database: { topology: { ...topology, postgres: { ...topology.postgres, settings } } } };
  };

  it('is of what determines the data, and nothing else', () => {
    const key = keyOf();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    for (const measuring of [{ clients: 7 }, { durationMs: 9000 }, { warmupMs: 5000 }, { protocol: 'simple' }])
      expect(keyOf({ workload: { ...workload, ...measuring } as Workload })).toBe(key);
    expect(keyOf({ workload: { ...workload, scale: 77 } as Workload })).not.toBe(key);
    for (const name of ['work_mem', 'shared_buffers', 'track_io_timing', 'log_statement', 'jit'])
      expect(keyOf(withSettings({ [name]: '1' })), name).toBe(key);
    for (const name of [
      'default_toast_compression',
      'autovacuum',
      'shared_preload_libraries',
      'track_commit_timestamp',
      'max_wal_size',
      'x.any',
    ])
      expect(keyOf(withSettings({ [name]: '1' })), name).not.toBe(key);
    expect(keyOf(withSettings({ 'x.a': '1', 'x.b': '2' }))).toBe(keyOf(withSettings({ 'x.b': '2', 'x.a': '1' })));
  });

  it('is of the target, where it has any', () => {
    const [local, docker] = (['local', 'docker'] as const).map((on) => loadOf(repeated(2, 'data'), 1, on)?.kept);
    expect(docker).toEqual({ node: local?.node, key: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(docker?.key).not.toBe(local?.key);
    expect(loadOf(repeated(2, 'data'), 1, 'yandex')).not.toHaveProperty('kept');
  });

  it('is the same for every repeat, and none where none could start from it', () => {
    expect(loadOf(repeated(3, 'data'), 1)?.kept).toEqual(loadOf(repeated(3, 'data'), 3)?.kept);
    const command = { ...workload, tool: 'command', command: ['x'], environment: {} } as Workload;
    for (const test of [
      repeated(1, 'data'),
      repeated(2, 'server'),
      repeated(2, 'none'),
      repeated(2, 'data', { workload: command }),
    ])
      expect(loadOf(test)).not.toHaveProperty('kept');
  });
});

describe('a reset that would not give what it promises is refused, with what to use instead', () => {
  const external: Test['database'] = { connection: { host: 'db', port: 5432, user: 'u', database: 'd' } } as never;
  const stroppy = { ...exampleTest().workload, tool: 'stroppy' } as Workload;
  const refused = (test: Test) =>
    notExecutable(test, 'local')
      .filter(({ code }) => code === 'RESET_UNSOUND')
      .map(({ where, hint = '' }) => `${where}: ${hint}`);

  it.each([
    ['the server of an external connection', repeated(2, 'server', { database: external }), /reset: data/],
    ['stroppy without a reset, which loads while it measures', repeated(2, 'none', { workload: stroppy }), /server/],
    [
      'faults without a reset',
      repeated(2, 'none', { faults: [{ atMs: 0, kill: 'pg', process: 'database', restartAfterMs: 0 }] as never }),
      /leave the faults out/,
    ],
  ])('%s', (_, test, hint) => {
    expect(refused(test)).toEqual([expect.stringMatching(hint)]);
    expect(refused({ ...test, repeat: { ...test.repeat, times: 1 } })).toEqual([]);
  });

  it('and none that does', () => {
    expect(refused(repeated(2, 'none'))).toEqual([]);
    expect(refused(repeated(2, 'data'))).toEqual([]);
    expect(refused(repeated(2, 'server'))).toEqual([]);
    expect(refused(repeated(2, 'data', { database: external }))).toEqual([]);
  });
});
