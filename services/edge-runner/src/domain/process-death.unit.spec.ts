import type { AnyRecorded } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { deathIn, processDied, readyAttempt } from './process-death.ts';

const of = (name: string, data: object) => ({ name, data }) as AnyRecorded;
const started = (attempt: number) => of('SetupStarted', { attempt });
const ready = (attempt: number) => of('DatabaseReady', { attempt });
const died = (attempt: number, process: string) => of('ProcessDied', { attempt, process });

describe('what died on a node', () => {
  it('is told of the newest attempt alone', () => {
    const first = [started(1), ready(1), died(1, 'etcd')];
    expect(deathIn(first)?.data.process).toBe('etcd');
    expect(deathIn(first, 'etcd')).toBe(first[2]);
    expect(deathIn(first, 'patroni')).toBeUndefined();
    expect(deathIn([...first, started(2)])).toBeUndefined();
    expect(deathIn([...first, started(2), ready(2), died(2, 'patroni')])?.data.process).toBe('patroni');
  });

  it('is looked for once the node is ready, and not while it is set up anew', () => {
    expect(readyAttempt([])).toBeUndefined();
    expect(readyAttempt([started(1)])).toBeUndefined();
    expect(readyAttempt([started(1), ready(1)])).toBe(1);
    expect(readyAttempt([started(1), ready(1), started(2)])).toBeUndefined();
    expect(readyAttempt([started(1), of('DatabaseFailed', { attempt: 1 })])).toBeUndefined();
  });

  it('names node, process, how it ended, and its last words', () => {
    const ended = { node: 'pool', address: '10.2.0.9', kind: 'pgbouncer', said: 'a\nFATAL out of files\n' } as const;
    expect(processDied({ ...ended, code: 1 })).toMatchObject({
      code: 'PROCESS_DIED',
      message: 'pgbouncer of node pool ended with exit code 1, and nobody had asked it to\na\nFATAL out of files',
      where: 'node pool (10.2.0.9), process pgbouncer',
    });
    expect(processDied({ ...ended, code: undefined }).message).toMatch(/^pgbouncer of node pool was killed, or/);
  });
});
