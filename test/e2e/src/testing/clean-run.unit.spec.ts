import type { AnyRecorded, EventName } from '@benchbus/events';
import { describe, expect, it } from 'vitest';
import { faultsAgainst, faultsIn } from './clean-run.ts';

const fact = (name: EventName, subject: string, data: object = {}) => ({ name, subject, data }) as AnyRecorded;

const end = (name: EventName, outcome: string, overdue: string[] = []) =>
  fact(name, 'evt.suite.s', { runs: [{ runId: 'r', outcome }], overdue });

const HISTORY = [
  fact('RunStageStarted', 'evt.run.r', { stage: 'network', attempt: 1 }),
  fact('CapacityGranted', 'evt.capacity.h', { grants: [{ runId: 'r' }] }),
  fact('BlocksGranted', 'evt.pool.h', { grants: [{ runId: 'r' }] }),
  fact('EdgeRunnerReady', 'evt.edge.r.pg', { node: 'pg' }),
  fact('WorkloadStarted', 'evt.edge.r.load', { attempt: 1 }),
  fact('ArtifactStored', 'evt.artifact.a'),
  fact('BlocksReleased', 'evt.pool.h', { runIds: ['r'] }),
  fact('CapacityReleased', 'evt.capacity.h', { runIds: ['r'] }),
  end('SuiteCompleted', 'completed'),
];
const without = (...names: EventName[]) => HISTORY.filter(({ name }) => !names.includes(name));

describe('the check of a history', () => {
  it('finds nothing where all is as undisturbed, runners announced again and stages begun anew included', () => {
    expect(faultsAgainst(HISTORY, HISTORY)).toEqual([]);
    const again = [
      fact('RunStageStarted', 'evt.run.r', { stage: 'network', attempt: 2 }),
      fact('EdgeRunnerReady', 'evt.edge.r.pg', { node: 'pg' }),
    ];
    expect(faultsAgainst(HISTORY, [...again, ...HISTORY])).toEqual([]);
  });

  it('finds what was not given back, even where the suite says that it completed', () => {
    expect(faultsIn(without('BlocksReleased'))).toEqual(['1 BlocksGranted, but 0 BlocksReleased']);
    expect(faultsAgainst(HISTORY, without('CapacityReleased'))).toEqual([
      '1 CapacityGranted, but 0 CapacityReleased',
      '0 CapacityReleased instead of 1',
    ]);
  });

  it('finds a fact that is there twice, and a workload that ran twice', () => {
    const twice = fact('WorkloadStarted', 'evt.edge.r.load', { attempt: 1 });
    expect(faultsIn([twice, ...HISTORY])).toEqual(['said twice: WorkloadStarted evt.edge.r.load 1']);
    const second = fact('WorkloadStarted', 'evt.edge.r.load', { attempt: 2 });
    expect(faultsAgainst(HISTORY, [second, ...HISTORY])).toEqual(['2 WorkloadStarted instead of 1']);
    const stage = fact('RunStageStarted', 'evt.run.r', { stage: 'network', attempt: 1 });
    expect(faultsIn([stage, ...HISTORY])).toEqual(['said twice: RunStageStarted evt.run.r network 1']);
  });

  it('finds what is missing, unless it need not be there', () => {
    expect(faultsAgainst(HISTORY, without('ArtifactStored'))).toEqual(['0 ArtifactStored instead of 1']);
    expect(faultsAgainst(HISTORY, without('ArtifactStored'), new Set(['ArtifactStored']))).toEqual([]);
  });

  it('finds another end, none, and one that did not wait for the release', () => {
    expect(faultsAgainst(HISTORY, [...without('SuiteCompleted'), end('SuiteFailed', 'failed')])).toContain(
      'ended with SuiteFailed: failed, not SuiteCompleted: completed',
    );
    expect(faultsIn(without('SuiteCompleted'))).toEqual(['ended with no end']);
    expect(faultsIn([...without('SuiteCompleted'), end('SuiteCompleted', 'completed', ['r'])])).toEqual([
      'ended with SuiteCompleted: completed, released late',
    ]);
  });
});
