import type { AnyRecorded } from '@benchbus/events';
import { planDeployment, type PlannedNode } from '@benchbus/suites';
import { exampleTest } from '@benchbus/suites/testing';
import { describe, expect, it } from 'vitest';
import { faultOf, restartsOf } from './fault-facts.ts';
import { faultTargets } from './fault-targets.ts';

const fact = (attempt: number, index: number, killed: string[], at: string, restartAfterMs: number) =>
  ({
    name: 'FaultInjected',
    data: { attempt, index, kind: 'kill', process: 'database', killed, at, restartAfterMs },
  }) as AnyRecorded;

describe('faults of a node', () => {
  it('the fact of an attempt and index answers whoever asks again', () => {
    const history = [fact(1, 0, ['patroni'], '2026-11-28T10:00:00.000Z', 0)];
    expect(faultOf(history, 1, 0)).toBe(history[0]);
    expect(faultOf(history, 2, 0)).toBeUndefined();
    expect(faultOf(history, 1, 1)).toBeUndefined();
  });

  it('of each process the last fault says when it is started again', () => {
    const history = [
      fact(1, 0, ['patroni', 'etcd'], '2026-11-28T10:00:00.000Z', 60_000),
      fact(1, 1, ['patroni'], '2026-11-28T10:00:10.000Z', 5_000),
    ];
    expect(restartsOf(history)).toEqual([
      { kind: 'patroni', attempt: 1, index: 1, atMs: Date.parse('2026-11-28T10:00:15.000Z') },
      { kind: 'etcd', attempt: 1, index: 0, atMs: Date.parse('2026-11-28T10:01:00.000Z') },
    ]);
  });

  it('kills what the fault names, and what has no process of its own is not there', () => {
    const planned = planDeployment({
      test: exampleTest(),
      settings: { hardwarePolicy: 'clamp', target: 'local' },
      cidr: '127.64.7.0/24',
      host: { cores: 64, memoryBytes: 2 ** 40 },
    });
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    const [node] = planned.plan.nodes as [PlannedNode];
    const kinds = (of: 'database' | 'postgres' | 'node') => faultTargets(node, of).map(({ kind }) => kind);
    expect(kinds('database')).toEqual(['postgres']);
    expect(kinds('postgres')).toEqual(['postgres']);
    expect(kinds('node')).toContain('postgres');
    const load = planned.plan.nodes.at(-1) as PlannedNode;
    expect(faultTargets(load, 'node')).toEqual([]);
  });
});
