import { subjects, type AnyDraft, type AnyRecorded, type EventData, type EventName } from '@benchbus/events';
import type { Suite } from '@benchbus/suites';
import { exampleHardware, exampleRunSettings, exampleSuite, exampleTest } from '@benchbus/suites/testing';
import { runView, type RunView } from '../domain/run-view.ts';
import { evolveSuite, initialSuiteState, type SuiteState } from '../domain/suite-state.ts';

export const HOST = 'host-1';
export const START = Date.parse('2026-01-01T00:00:00.000Z');

/** A log in memory, told event by event; time moves only when told. */
export class Story {
  readonly events: AnyRecorded[] = [];
  now = START;

  append(draft: AnyDraft): AnyRecorded {
    const sequence = this.events.length + 1;
    const counter = this.of(draft.subject).length + 1;
    const event = {
      name: draft.name,
      subject: draft.subject,
      data: draft.data,
      sequence,
      counter,
      id: `${draft.cause}/${draft.name}/${draft.discriminator ?? ''}/${draft.attempt ?? ''}`,
      type: '',
      source: 'story',
      time: new Date(this.now).toISOString(),
      correlation: draft.correlation,
      cause: draft.cause,
      hash: '',
      prevHash: '',
      incarnation: '00000000-0000-4000-8000-000000000000',
    } as AnyRecorded;
    this.events.push(event);
    return event;
  }

  /** A fact of another service. */
  fact<N extends EventName>(name: N, subject: string, data: EventData<N>): AnyRecorded {
    return this.append({ name, subject, data, cause: 'story', correlation: 'suite' } as AnyDraft);
  }

  of(subject: string): AnyRecorded[] {
    return this.events.filter((event) => event.subject === subject);
  }

  view(runId: string): RunView {
    const edges = new Map<string, AnyRecorded[]>();
    const artifacts = new Map<string, AnyRecorded[]>();
    for (const event of this.events) {
      const [, aggregate, id = '', node = ''] = event.subject.split('.');
      if (aggregate === 'edge' && id === runId) edges.set(node, [...(edges.get(node) ?? []), event]);
      if (aggregate === 'artifact') artifacts.set(id, [...(artifacts.get(id) ?? []), event]);
    }
    return runView(runId, {
      run: this.of(subjects.run(runId)),
      network: this.of(subjects.network(runId)),
      deployment: this.of(subjects.deployment(runId)),
      edges,
      artifacts,
    });
  }

  suite(): SuiteState {
    return this.events
      .filter(({ subject }) => subject.startsWith('evt.suite.') || subject.startsWith('evt.run.'))
      .reduce(evolveSuite, initialSuiteState);
  }
}

export function suiteOf(tests: number, settings: Partial<Suite['settings']> = {}, parallelism = 1): Suite {
  return exampleSuite({
    name: 'story',
    parallelism,
    settings: exampleRunSettings({
      timeouts: { networkMs: 5_000, provisionMs: 10_000, databaseMs: 10_000, artifactsMs: 10_000 },
      ...settings,
    }),
    tests: Array.from({ length: tests }, (_, index) => exampleTest({ name: `test ${index + 1}` })),
  });
}

const SUMMARY: EventData<'WorkloadFinished'>['summary'] = {
  tool: 'pgbench',
  toolVersion: '15',
  serverVersion: '15',
  durationSeconds: 1,
  transactions: 1,
  failedTransactions: 0,
  tps: 1,
  latencyAverageMs: 1,
  latencyStddevMs: 0,
  latencyP50Ms: 1,
  latencyP95Ms: 1,
  latencyP99Ms: 1,
  latencyP999Ms: 1,
  latencyMaxMs: 1,
  percentileSource: 'every transaction',
  startedAt: '2026-01-01T00:00:00.000Z',
};

export const CLAIM = {
  artifactId: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
  name: 'result.json',
  bytes: 1,
  sha256: 'a'.repeat(64),
  contentType: 'application/json',
};

/** The other services, each answering what the log asks of it. Returns whether somebody had something to say. */
export function othersAnswer(story: Story, runId: string): boolean {
  const { run, network, planned, deployment, edges, artifacts, destroyed, networkReleased } = story.view(runId);
  const network_ = subjects.network(runId);
  const deployment_ = subjects.deployment(runId);
  const cidr = '127.64.1.0/24';
  const fence = { incarnation: '00000000-0000-4000-8000-000000000000', sequence: 1 };
  if (run.releaseRequested) {
    if (run.deploymentRequested && !destroyed)
      return !!story.fact('DeploymentDestroyed', deployment_, { reason: 'over' });
    return !networkReleased && !!story.fact('NetworkReleased', network_, { hostId: HOST, cidr });
  }
  const asked = run.networkRequested?.data.attempt;
  if (run.networkRequested && asked !== undefined && !network.has(asked)) {
    const data = {
      attempt: asked,
      hostId: HOST,
      cidr,
      pool: { scope: HOST, cidr: '127.64.0.0/16' },
      leaseExpiresAt: run.networkRequested.time,
    };
    return !!story.fact('NetworkReserved', network_, data);
  }
  const attempt = run.deploymentRequested?.data.attempt ?? 0;
  if (run.deploymentRequested && planned?.data.attempt !== attempt && !deployment.has(attempt)) {
    const node = (name: string, purpose: 'database' | 'load', last: number) =>
      ({
        name,
        purpose,
        address: `127.64.1.${last}`,
        hardware: exampleHardware(),
        processes: [{ kind: 'postgres', role: 'primary', version: 'installed', port: 5432, settings: {} }],
      }) as const;
    const plan = {
      nodes: [node('pg', 'database', 4), node('load', 'load', 5)].map((n) => ({ ...n, processes: [...n.processes] })),
      connection: { host: '127.64.1.4', port: 5432, user: 'postgres', database: 'postgres' },
    };
    return !!story.fact('PlacementPlanned', deployment_, {
      attempt,
      fence,
      hostId: HOST,
      cidr,
      plan,
      leaseExpiresAt: run.deploymentRequested.time,
    });
  }
  if (planned && !deployment.has(attempt)) return !!story.fact('DeploymentReady', deployment_, { attempt });
  const database = run.stages.database?.data.attempt;
  if (database !== undefined && !edges.get('pg')?.database.has(database)) {
    return !!story.fact('DatabaseReady', subjects.edge(runId, 'pg'), {
      attempt: database,
      serverVersion: '15',
      proven: {},
    });
  }
  const workload = run.stages.workload?.data.attempt;
  if (workload !== undefined && !edges.get('load')?.workload.has(workload)) {
    const data = { attempt: workload, summary: SUMMARY, artifacts: [CLAIM] };
    return !!story.fact('WorkloadFinished', subjects.edge(runId, 'load'), data);
  }
  if (run.stages.artifacts && artifacts.size === 0) {
    const { artifactId, ...rest } = CLAIM;
    const data = { runId, node: 'load', key: 'k', expiresAt: run.stages.artifacts.time, ...rest };
    return !!story.fact('ArtifactStored', subjects.artifact(artifactId), data);
  }
  return false;
}
