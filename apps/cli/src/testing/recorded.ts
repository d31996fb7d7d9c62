import type { AnyRecorded, EventData, EventName, Recorded, WorkloadSummary } from '@benchbus/events';
import { EVENTS } from '@benchbus/events';
import type { Suite } from '@benchbus/suites';
import { exampleRunSettings, exampleSuite as suiteFixture, exampleTest } from '@benchbus/suites/testing';

export const SUITE = 'quick-abc123';
export const RUN = `${SUITE}-1-1`;
const HOUR = 3_600_000;
const START = Date.parse('2026-11-24T10:00:00.000Z');

/** Builds a log by hand: each event one sequence further, at its own time; data checked by the real schema. */
export function logBuilder() {
  const events: AnyRecorded[] = [];
  const add = <N extends EventName>(name: N, subject: string, offsetMs: number, data: EventData<N>): void => {
    const sequence = events.length + 1;
    const event: Recorded<N> = {
      name,
      subject,
      sequence,
      counter: 1,
      data: EVENTS[name].data.parse(data) as EventData<N>,
      id: `id-${sequence}`,
      type: EVENTS[name].type,
      source: 'test',
      time: new Date(START + offsetMs).toISOString(),
      correlation: SUITE,
      cause: 'test',
      hash: '',
      prevHash: '',
      incarnation: '00000000-0000-4000-8000-000000000000',
    };
    events.push(event as AnyRecorded); // the name is generic here, a union there
  };
  return { events, add };
}

export const summary: WorkloadSummary = {
  tool: 'pgbench',
  toolVersion: '15.18',
  serverVersion: 'PostgreSQL 15.18',
  durationSeconds: 60,
  transactions: 74_071,
  failedTransactions: 1,
  tps: 1234.5,
  latencyAverageMs: 6.48,
  latencyStddevMs: 1,
  latencyP50Ms: 6.1,
  latencyP95Ms: 9.2,
  latencyP99Ms: 15.3,
  latencyP999Ms: 20,
  latencyMaxMs: 31,
  percentileSource: 'every transaction',
  startedAt: '2026-11-24T10:00:08.000Z',
};

const claim = {
  artifactId: '11111111-1111-4111-8111-111111111111',
  name: 'pgbench.log',
  bytes: 2_048,
  sha256: 'a'.repeat(64),
  contentType: 'text/plain',
};
const unstored = { ...claim, artifactId: '22222222-2222-4222-8222-222222222222', name: 'server.log' };
const later = '2026-11-25T10:00:00.000Z';

/** A run from request to release: 1 s network, 2 s provision, 3 s database, 60 s workload, 1 s artifacts, 2 s release. */
export function finishedRun(end: 'completed' | 'failed' = 'completed'): AnyRecorded[] {
  const { events, add } = logBuilder();
  const run = `evt.run.${RUN}`;
  const stage = (name: EventData<'RunStageStarted'>['stage'], at: number): void =>
    add('RunStageStarted', run, at, { stage: name, attempt: 1, deadline: later });
  add('SuiteAccepted', `evt.suite.${SUITE}`, 0, {
    requestId: 'r',
    suite: exampleSuite(),
    runs: [{ runId: RUN, test: 'baseline', repeat: 1 }],
  });
  const suite = exampleSuite();
  const [test] = suite.tests;
  if (test === undefined) throw new Error('the example has a test');
  add('RunQueued', run, 10, { suiteId: SUITE, index: 0, repeat: 1, test, settings: suite.settings });
  stage('network', 1_000);
  stage('provision', 2_000);
  stage('database', 4_000);
  stage('workload', 7_000);
  if (end === 'failed') {
    const problem = { code: 'WORKLOAD_EXIT', message: 'pgbench ended with exit code 2', hint: 'see its log' };
    add('RunFailed', run, 8_000, { problem, stage: 'workload', attempt: 1 });
  } else {
    add('WorkloadFinished', `evt.edge.${RUN}.load`, 66_900, { attempt: 1, summary, artifacts: [claim, unstored] });
    stage('artifacts', 67_000);
    add('ArtifactStored', `evt.artifact.${claim.artifactId}`, 67_500, {
      runId: RUN,
      node: 'load',
      name: claim.name,
      key: `${RUN}/load/pgbench.log`,
      bytes: claim.bytes,
      sha256: claim.sha256,
      contentType: claim.contentType,
      expiresAt: later,
    });
    add('RunCompleted', run, 68_000, { summary, artifacts: [claim, unstored] });
  }
  add('RunReleaseRequested', run, 69_000, { reason: 'ended', deadline: later });
  add('RunReleased', run, 71_000, {});
  const runs = [{ runId: RUN, outcome: end }];
  add(end === 'completed' ? 'SuiteCompleted' : 'SuiteFailed', `evt.suite.${SUITE}`, 71_100, { runs, overdue: [] });
  return events;
}

const disk = { diskBytes: 5_000_000_000 };

export const exampleSuite = (): Suite =>
  suiteFixture({
    name: 'quick',
    settings: exampleRunSettings({
      keep: { when: 'never', forMs: HOUR },
      timeouts: {
        queueMs: HOUR,
        networkMs: HOUR,
        provisionMs: HOUR,
        databaseMs: HOUR,
        workloadMs: HOUR,
        artifactsMs: HOUR,
      },
      artifacts: { retentionMs: HOUR },
    }),
    tests: [
      exampleTest({
        name: 'baseline',
        postgres: { settings: { shared_buffers: '64MB' } },
        hardware: { cores: 1, memoryBytes: 1_000_000_000, ...disk },
        workload: {
          scale: 10,
          clients: 8,
          threads: 2,
          warmupMs: 5_000,
          durationMs: 60_000,
          hardware: { cores: 0.5, memoryBytes: 500_000_000, ...disk },
        },
        repeat: { times: 2, reset: 'data' },
      }),
    ],
  });
