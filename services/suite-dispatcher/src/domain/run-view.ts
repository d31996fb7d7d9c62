import type { AnyRecorded, Recorded } from '@benchbus/events';
import { evolveRun, initialRunState, type RunState } from './run-state.ts';

export type DatabaseOutcome = Recorded<'DatabaseReady'> | Recorded<'DatabaseFailed'>;
export type WorkloadOutcome = Recorded<'WorkloadFinished'> | Recorded<'WorkloadFailed'>;

/** What one node's runner has logged, by attempt of the stage. */
export interface EdgeState {
  readonly setupStarted: ReadonlySet<number>;
  readonly database: ReadonlyMap<number, DatabaseOutcome>;
  readonly workloadStarted: ReadonlySet<number>;
  readonly workload: ReadonlyMap<number, WorkloadOutcome>;
}

/** Everything the log says that a run's next step depends on. */
export interface RunView {
  readonly runId: string;
  readonly run: RunState;
  /** The allocator's answers, by attempt. */
  readonly network: ReadonlyMap<number, Recorded<'NetworkReserved'> | Recorded<'NetworkRejected'>>;
  readonly networkReleased: boolean;
  /** Its host is gone for good, and with it the deployment: the allocator's word. */
  readonly lost?: NonNullable<Recorded<'NetworkReleased'>['data']['lost']>;
  readonly planned?: Recorded<'PlacementPlanned'>;
  /** The provisioner's answers, by attempt. */
  readonly deployment: ReadonlyMap<number, Recorded<'DeploymentReady'> | Recorded<'DeploymentFailed'>>;
  readonly destroyed?: Recorded<'DeploymentDestroyed'>;
  readonly edges: ReadonlyMap<string, EdgeState>;
  readonly artifacts: ReadonlyMap<string, Recorded<'ArtifactStored'> | Recorded<'ArtifactRejected'>>;
  /** Highest sequence in the view: it changed if and only if this did. */
  readonly sequence: number;
}

export interface RunHistories {
  readonly run: readonly AnyRecorded[];
  readonly network: readonly AnyRecorded[];
  readonly deployment: readonly AnyRecorded[];
  readonly edges: ReadonlyMap<string, readonly AnyRecorded[]>;
  /** artifactId → its aggregate. */
  readonly artifacts: ReadonlyMap<string, readonly AnyRecorded[]>;
}

const ofName = <N extends AnyRecorded['name']>(events: readonly AnyRecorded[], ...names: N[]) =>
  events.filter((event): event is Extract<AnyRecorded, { name: N }> => names.some((name) => name === event.name));

const byAttempt = <E extends { data: { attempt: number } }>(events: readonly E[]): Map<number, E> =>
  new Map(events.map((event) => [event.data.attempt, event]));

function edgeState(events: readonly AnyRecorded[]): EdgeState {
  return {
    setupStarted: new Set(ofName(events, 'SetupStarted').map((event) => event.data.attempt)),
    database: byAttempt(ofName(events, 'DatabaseReady', 'DatabaseFailed')),
    workloadStarted: new Set(ofName(events, 'WorkloadStarted').map((event) => event.data.attempt)),
    workload: byAttempt(ofName(events, 'WorkloadFinished', 'WorkloadFailed')),
  };
}

export function runView(runId: string, histories: RunHistories): RunView {
  const { run, network, deployment, edges, artifacts } = histories;
  const planned = ofName(deployment, 'PlacementPlanned').at(-1);
  const released = ofName(network, 'NetworkReleased').at(-1);
  const destroyed = ofName(deployment, 'DeploymentDestroyed').at(-1);
  const outcomes = [...artifacts].flatMap(([artifactId, events]) => {
    const outcome = ofName(events, 'ArtifactStored', 'ArtifactRejected').at(-1);
    return outcome ? [[artifactId, outcome] as const] : [];
  });
  const all = [...run, ...network, ...deployment, ...[...edges.values(), ...artifacts.values()].flat()];
  return {
    runId,
    run: run.reduce(evolveRun, initialRunState),
    network: byAttempt(ofName(network, 'NetworkReserved', 'NetworkRejected')),
    networkReleased: released !== undefined,
    ...(released?.data.lost ? { lost: released.data.lost } : {}),
    ...(planned ? { planned } : {}),
    deployment: byAttempt(ofName(deployment, 'DeploymentReady', 'DeploymentFailed')),
    ...(destroyed ? { destroyed } : {}),
    edges: new Map([...edges].map(([node, events]) => [node, edgeState(events)])),
    artifacts: new Map(outcomes),
    sequence: all.reduce((highest, event) => Math.max(highest, event.sequence), 0),
  };
}
