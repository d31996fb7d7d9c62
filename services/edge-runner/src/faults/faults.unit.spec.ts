import type { Connection } from '@benchbus/suites';
import { exampleWorkload } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { testPlan } from '../testing/test-plan.ts';
import { segmentsCommand } from '../workloads/pgbench/segments.ts';
import { withinQuestion } from './carry-out.ts';
import { faultyConnection, writableServers } from './fault-servers.ts';

describe('the time of a fault', () => {
  const at = (seconds: number) => `2026-11-28T10:00:0${seconds}.000Z`;
  it('lies between its question and the answer, whatever the clock of the node', () => {
    expect(withinQuestion(at(5), Date.parse(at(4)), Date.parse(at(6)))).toBe(at(5));
    expect(withinQuestion(at(1), Date.parse(at(4)), Date.parse(at(6)))).toBe(at(4));
    expect(withinQuestion(at(9), Date.parse(at(4)), Date.parse(at(6)))).toBe(at(6));
  });
});

describe('where the load tool connects when a fault is to come', () => {
  const servers = [
    { host: '127.64.0.1', port: 5432 },
    { host: '127.64.0.2', port: 5432 },
  ];
  const to = (host: string, port: number): Connection => ({
    ...{ host, port, user: 'bench', database: 'bench' },
    parameters: { sslmode: 'disable' },
  });

  it('without a pool all servers, of which libpq takes the one that takes writes', () => {
    expect(faultyConnection(to('127.64.0.1', 5432), servers)).toEqual({
      ...to('127.64.0.1,127.64.0.2', 5432),
      parameters: { sslmode: 'disable', target_session_attrs: 'read-write' },
    });
  });

  it('a pool as it is: it follows the leader', () => {
    expect(faultyConnection(to('127.64.0.3', 6432), servers)).toEqual(to('127.64.0.3', 6432));
  });

  it('the servers of a plan, at their addresses', () => {
    const { nodes } = testPlan();
    expect(writableServers({ ...testPlan(), nodes })).toEqual([{ host: nodes[0]?.address, port: 5432 }]);
  });
});

describe('the command of a measured part with faults', () => {
  it('leaves the time and the prefix to its loop, and knows when the first fault comes', () => {
    const workload = exampleWorkload({ clients: 2, threads: 1, durationMs: 60_000 });
    const [sh, c, , name, ...rest] = segmentsCommand('/bin', workload, [{ atMs: 30_000 }, { atMs: 10_000 }]);
    expect([sh, c, name]).toEqual(['sh', '-c', 'pgbench-segments']);
    expect(rest.slice(0, 4)).toEqual(['/bin/psql', '60000', '10000', '/bin/pgbench']);
    expect(rest).not.toContain('-T');
    expect(rest.filter((arg) => arg.startsWith('--log-prefix'))).toEqual([]);
    expect(rest).toEqual(expect.arrayContaining(['-c', '2', '-l', '-P', '1']));
  });
});
