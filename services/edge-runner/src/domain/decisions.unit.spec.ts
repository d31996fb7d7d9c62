import type { AnyRecorded, EventName } from '@benchbus/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artifactId } from './artifact-id.ts';
import { decideClaim } from './decide-claim.ts';
import { attemptsOf, unfinished } from './edge-view.ts';
import type { WorkId } from './may-create.ts';
import { roleOf } from './node-role.ts';
import { viewRun } from './run-view.ts';

const LOG = '11111111-1111-4111-8111-111111111111';
const claimant = { subject: 'evt.edge.r1.pg', node: 'pg', suiteId: 's1', instance: 'i1' };

/** Facts as the log holds them; what the decisions do not read is left out. */
const facts = (...events: { name: EventName; data?: object }[]) =>
  events.map(({ name, data = {} }, index) => ({
    name,
    data,
    id: `e${index + 1}`,
    sequence: index + 1,
  })) as AnyRecorded[];
const stage = (stage: string, attempt: number) => ({
  name: 'RunStageStarted' as const,
  data: { stage, attempt, deadline: '2026-11-24T18:00:00Z' },
});
const work = (attempt: number, kind: WorkId['kind'] = 'database'): WorkId => ({ kind, attempt, incarnation: LOG });
const decide = (id: WorkId, edge: AnyRecorded[], run: AnyRecorded[], incarnation = LOG) =>
  decideClaim(id, edge, viewRun(run), incarnation, claimant);

describe('a request for work', () => {
  it('is claimed under the fence of its stage, caused by the start of the stage', () => {
    const run = facts(stage('network', 1), stage('database', 1));
    expect(decide(work(1), [], run)).toMatchObject({
      do: 'claim',
      draft: {
        name: 'SetupStarted',
        cause: 'e2',
        discriminator: 'pg',
        attempt: 1,
        correlation: 's1',
        data: { attempt: 1, fence: { incarnation: LOG, sequence: 2 }, instance: 'i1' },
      },
    });
  });

  it.each(['RunCancelling', 'RunFailed', 'RunCancelled', 'RunCompleted', 'RunReleaseRequested'] as const)(
    'is refused after %s',
    (name) => {
      const run = facts(stage('database', 1), { name });
      expect(decide(work(1), [], run)).toMatchObject({ do: 'refuse', problem: { code: 'CANCELLED' } });
    },
  );

  it('is refused under another log, after a newer attempt, and without a stage', () => {
    const run = facts(stage('database', 1), stage('database', 2));
    expect(decide(work(2), [], run, 'other')).toMatchObject({ problem: { code: 'FENCE_OTHER_LOG' } });
    expect(decide(work(1), [], run)).toMatchObject({ problem: { code: 'SUPERSEDED' } });
    expect(decide(work(3), [], run)).toMatchObject({ problem: { code: 'STAGE_UNKNOWN' } });
    expect(decide(work(1, 'workload'), [], run)).toMatchObject({ problem: { code: 'STAGE_UNKNOWN' } });
  });

  it('that was claimed is adopted, and answered once the log has its outcome, even if the run is over', () => {
    const run = facts(stage('database', 1), { name: 'RunCancelling' });
    const claimed = { name: 'SetupStarted' as const, data: { attempt: 1 } };
    expect(decide(work(1), facts(claimed), run)).toMatchObject({ do: 'adopt', claim: { id: 'e1' } });
    const done = facts(claimed, { name: 'DatabaseFailed', data: { attempt: 1 } });
    expect(decide(work(1), done, run)).toMatchObject({ do: 'answer', outcome: { id: 'e2' } });
  });

  it('is claimed at most once, whatever the history', () => {
    const event = fc.record({
      name: fc.constantFrom<EventName>(
        'SetupStarted',
        'DatabaseReady',
        'DatabaseFailed',
        'WorkloadStarted',
        'WorkloadFailed',
        'EdgeRunnerReady',
      ),
      data: fc.record({ attempt: fc.integer({ min: 1, max: 3 }) }),
    });
    const run = facts(stage('database', 1), stage('database', 2), stage('database', 3));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        const history = facts(...events);
        const decision = decide(work(3), history, run);
        const claimed = attemptsOf(history, 'database').some(({ attempt }) => attempt === 3);
        expect(decision.do === 'claim').toBe(!claimed);
      }),
    );
  });
});

describe('a restarted runner', () => {
  it('goes on with what was claimed and has no outcome', () => {
    const history = facts(
      { name: 'WorkloadStarted', data: { attempt: 1 } },
      { name: 'WorkloadFailed', data: { attempt: 1 } },
      { name: 'WorkloadStarted', data: { attempt: 2 } },
      { name: 'SetupStarted', data: { attempt: 1 } },
      // An outcome of another kind does not end it.
      { name: 'WorkloadFinished', data: { attempt: 1 } },
    );
    expect(unfinished(history)).toEqual([
      { kind: 'database', attempt: 1 },
      { kind: 'workload', attempt: 2 },
    ]);
  });
});

describe('a node', () => {
  const hardware = { cores: 1, memoryBytes: 0, diskBytes: 0 };
  const connection = { host: '127.64.0.1', port: 5432, user: 'u', database: 'd' };
  const postgres = {
    kind: 'postgres' as const,
    role: 'primary' as const,
    version: 'installed' as const,
    port: 5432,
    settings: {},
  };
  const nodes = [{ name: 'pg', purpose: 'database' as const, address: '127.64.0.1', hardware, processes: [postgres] }];

  it('has the work that its plan gives it', () => {
    expect(roleOf({ nodes, connection }, 'pg')).toMatchObject({ kind: 'database', node: { name: 'pg' } });
  });

  it('that is not planned is an error naming those that are', () => {
    expect(() => roleOf({ nodes, connection }, 'other')).toThrow(/"other"; it has pg/);
  });
});

describe('artifact ids', () => {
  it('are the same for the same file, and differ between attempts', () => {
    expect(artifactId('r1', 'load', 1, 'a')).toBe(artifactId('r1', 'load', 1, 'a'));
    expect(artifactId('r1', 'load', 1, 'a')).not.toBe(artifactId('r1', 'load', 2, 'a'));
  });
});
