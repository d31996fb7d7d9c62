import { describe, expect, it } from 'vitest';
import { normaliseSuite } from '../../parse/parse-suite.ts';

const server = (name: string, role: string, more: object = {}) => ({ name, postgres: { role }, ...more });
const plain = {
  topology: { nodes: [server('a', 'primary'), server('b', 'replica'), { name: 'pool', pgbouncer: {} }] },
};
const patroni = {
  topology: {
    postgres: { patroni: { enabled: true, ttl: '40s' } },
    nodes: [server('a', 'primary', { etcd: {} }), server('b', 'replica')],
  },
};
const pgbench = { tool: 'pgbench', protocol: 'simple', duration: '30s' };

function parsed(test: object) {
  const tests = [{ name: 't', database: patroni, workload: pgbench, ...test }];
  return normaliseSuite({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name: 's', tests });
}
const told = (test: object) => {
  const result = parsed(test);
  return result.ok ? [] : result.problems.map(({ code, where }) => `${code} ${where}`);
};
const kill = (of: string, more: object = {}) => ({ at: '20s', kill: of, ...more });

const stroppy = { tool: 'stroppy', version: 'v1', binaryPath: '/s', workdir: '/w', workload: 'tpcb', duration: '30s' };

describe('the faults of a test', () => {
  it.each<[string, object, string | undefined]>([
    ['the leader', { faults: [kill('leader')] }, undefined],
    ['a node', { faults: [kill('b')] }, undefined],
    ['the primary without Patroni', { database: plain, faults: [kill('a')] }, undefined],
    ['all of a node without a server', { database: plain, faults: [kill('pool', { process: 'node' })] }, undefined],
    ['no leader without Patroni', { database: plain, faults: [kill('leader')] }, 'faults[0].kill'],
    ['no such node', { faults: [kill('c')] }, 'faults[0].kill'],
    ['a node without a server', { database: plain, faults: [kill('pool')] }, 'faults[0].kill'],
    ['after the measurement', { faults: [kill('leader', { at: '30s' })] }, 'faults[0].at'],
    ['two in turn', { faults: [kill('leader'), kill('leader', { at: '21s' })] }, undefined],
    ['two at once', { faults: [kill('a'), kill('b')] }, 'faults[1].at'],
    ['an external database', { database: { connection: { url: 'postgres://h/d' } }, faults: [kill('a')] }, 'faults'],
    ['go-tpc', { workload: { tool: 'go-tpc' }, faults: [kill('a')] }, undefined],
    ['sysbench', { workload: { tool: 'sysbench' }, faults: [kill('a')] }, undefined],
    ['stroppy', { workload: stroppy, faults: [kill('a')] }, 'workload.tool'],
    ['a program of one’s own', { workload: { tool: 'command', command: ['x'] }, faults: [kill('a')] }, undefined],
    ['another process', { faults: [kill('a', { process: 'etcd' })] }, 'faults[0].process'],
  ])('%s', (_, test, where) =>
    expect(told(test)).toEqual(where === undefined ? [] : [`SUITE_INVALID_VALUE tests[0].${where}`]),
  );

  it('a node named leader could not be told from the leader', () => {
    const nodes = [server('leader', 'primary'), server('b', 'replica')];
    expect(told({ database: { topology: { nodes } }, faults: [kill('leader')] })).toEqual([
      'SUITE_INVALID_VALUE tests[0].faults[0].kill',
    ]);
  });

  it('start again what they killed when it cannot be the leader any more; without Patroni at once', () => {
    const of = (test: object) => {
      const result = parsed(test);
      return result.ok ? result.suite.tests[0]?.faults : result.problems;
    };
    const fault = { atMs: 20_000, kill: 'leader', process: 'database' };
    expect(of({ faults: [kill('leader')] })).toEqual([{ ...fault, restartAfterMs: 40_000 }]);
    expect(of({ database: plain, faults: [kill('a')] })).toEqual([{ ...fault, kill: 'a', restartAfterMs: 0 }]);
    expect(of({ faults: [kill('leader', { restartAfter: '5s' })] })).toEqual([{ ...fault, restartAfterMs: 5_000 }]);
    expect(of({ faults: [] })).toBeUndefined();
  });

  it('may be what a matrix varies', () => {
    const matrix = { axes: { at: { path: 'faults[0].at', values: { early: '5s', late: '25s' } } } };
    const result = parsed({ faults: [kill('leader')], matrix });
    const found = result.ok ? result.suite.tests.map(({ faults }) => faults?.[0]?.atMs) : result.problems;
    expect(found).toEqual([5_000, 25_000]);
  });
});
