import { describe, expect, it } from 'vitest';
import { startFailure, tellingLines } from './start-failure.ts';

const LOG = [
  '2026-11-28 10:00:00.123 UTC [12] LOG:  starting PostgreSQL 15.18',
  '2026-11-28 10:00:00.124 UTC [12] FATAL:  could not create lock file',
  '2026-11-28 10:00:00.125 UTC [12] HINT:  look at the disk',
].join('\n');
const ended = { node: 'pg', address: '127.64.0.4', code: 1 } as const;

describe('why a process did not start', () => {
  it('is what PostgreSQL calls an error, without time and pid', () => {
    expect(tellingLines(LOG)).toEqual(['FATAL:  could not create lock file', 'HINT:  look at the disk']);
  });

  it('is of another program its last lines', () => {
    const said = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    expect(startFailure({ ...ended, kind: 'etcd', said })).toMatchObject({
      code: 'PROCESS_START_FAILED',
      message: 'line 14\nline 15\nline 16\nline 17\nline 18\nline 19',
      where: 'node pg (127.64.0.4), process etcd',
    });
  });

  it.each([
    { kind: 'postgres' as const, said: LOG, code: 'DATABASE_START_FAILED' },
    { kind: 'etcd' as const, said: 'listen tcp 127.64.0.4:2379: bind: address already in use', code: 'ADDRESS_IN_USE' },
    { kind: 'pgbouncer' as const, said: '', code: 'PROCESS_START_FAILED' },
  ])('has the code $code', ({ kind, said, code }) => {
    const problem = startFailure({ ...ended, kind, said });
    expect(problem.code).toBe(code);
    expect(problem.message).not.toBe('');
  });
});
