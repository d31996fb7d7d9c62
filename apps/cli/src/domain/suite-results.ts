import { runsOfEvent } from '@benchbus/events';
import type { AnyRecorded, ArtifactClaim, WorkloadSummary } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Sharing } from '@benchbus/results';
import { stateOfRejection } from './rejection.ts';

export type Outcome = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export type SuiteState = 'unknown' | 'rejected' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface StoredArtifact {
  readonly name: string;
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface RunResult {
  readonly runId: string;
  readonly test: string;
  readonly repeat: number;
  readonly outcome: Outcome;
  readonly released: boolean;
  readonly summary?: WorkloadSummary;
  /** Of a run that measured several times, each measurement in order; `summary` is the one in the middle. */
  readonly repeats?: readonly WorkloadSummary[];
  readonly problem?: Problem;
  /** Kept in the store. */
  readonly artifacts: readonly StoredArtifact[];
  /** Announced by the runner, not stored (yet). */
  readonly missing: readonly string[];
  /** Scale factor of the hardware, where the suite was clamped to its host. */
  readonly clampedTo?: number;
  readonly sharing?: string;
  /** Who else had a share of the host while it measured; not given: nobody looked. */
  readonly shared?: Sharing;
  /** What the test is grouped by: the matrix' axes. */
  readonly labels: Readonly<Record<string, string>>;
  readonly events: readonly AnyRecorded[];
}

export interface SuiteResults {
  readonly suiteId: string;
  readonly name: string;
  /** The suite this one repeats. */
  readonly rerunOf?: string;
  readonly state: SuiteState;
  readonly problems: readonly Problem[];
  readonly runs: readonly RunResult[];
  /** Runs whose release is overdue. */
  readonly overdue: readonly string[];
}

interface Mutable {
  outcome: Outcome;
  released: boolean;
  summary?: WorkloadSummary;
  repeats?: readonly WorkloadSummary[];
  problem?: Problem;
  claims: readonly ArtifactClaim[];
  stored: Map<string, StoredArtifact>;
  clampedTo?: number;
  sharing?: string;
  labels: Readonly<Record<string, string>>;
  events: AnyRecorded[];
}

const fresh = (): Mutable => ({
  outcome: 'queued',
  released: false,
  claims: [],
  stored: new Map(),
  labels: {},
  events: [],
});

function evolve(run: Mutable, event: AnyRecorded): void {
  run.events.push(event);
  switch (event.name) {
    case 'RunQueued':
      run.sharing = event.data.settings.sharing;
      run.labels = event.data.test.labels;
      return;
    case 'RunStageStarted':
      if (run.outcome === 'queued') run.outcome = 'running';
      return;
    case 'PlacementPlanned':
      if (event.data.plan.clampedTo !== undefined) run.clampedTo = event.data.plan.clampedTo;
      return;
    case 'WorkloadFinished':
      run.summary = event.data.summary;
      if (event.data.repeats !== undefined) run.repeats = event.data.repeats;
      run.claims = event.data.artifacts;
      return;
    case 'WorkloadFailed':
      run.claims = event.data.artifacts;
      return;
    case 'ArtifactStored': {
      const { name, key, bytes, sha256 } = event.data;
      run.stored.set(name, { name, key, bytes, sha256 });
      return;
    }
    case 'RunCompleted':
      run.outcome = 'completed';
      run.summary = event.data.summary;
      if (event.data.repeats !== undefined) run.repeats = event.data.repeats;
      run.claims = event.data.artifacts;
      return;
    case 'RunFailed':
      run.outcome = 'failed';
      run.problem = event.data.problem;
      return;
    case 'RunCancelled':
      run.outcome = 'cancelled';
      return;
    case 'RunReleased':
      run.released = true;
  }
}

const STATES = { SuiteCompleted: 'completed', SuiteFailed: 'failed', SuiteCancelled: 'cancelled' } as const;

/** What the log says about a suite; `events` in log order, all of the suite's or more (others' are ignored). */
export function suiteResults(suiteId: string, events: readonly AnyRecorded[]): SuiteResults {
  const runs = new Map<string, Mutable>();
  let planned: readonly { runId: string; test: string; repeat: number }[] = [];
  let suite: Omit<SuiteResults, 'runs' | 'suiteId'> = { name: suiteId, state: 'unknown', problems: [], overdue: [] };
  for (const event of events) {
    if (event.correlation !== suiteId) continue;
    if (event.name === 'SuiteAccepted') {
      planned = event.data.runs;
      for (const { runId } of planned) runs.set(runId, runs.get(runId) ?? fresh());
      const { rerunOf } = event.data;
      suite = {
        ...suite,
        name: event.data.suite.name,
        state: 'running',
        ...(rerunOf === undefined ? {} : { rerunOf }),
      };
    }
    if (event.name === 'SuiteRejected')
      suite = { ...suite, state: stateOfRejection(event.data.problems), problems: event.data.problems };
    if (event.name === 'SuiteCompleted' || event.name === 'SuiteFailed' || event.name === 'SuiteCancelled') {
      suite = { ...suite, state: STATES[event.name], overdue: event.data.overdue };
    }
    for (const runId of runsOfEvent(event)) {
      const run = runs.get(runId);
      if (run) evolve(run, event);
    }
  }
  return {
    suiteId,
    ...suite,
    runs: planned.map(({ runId, test, repeat }) => ({ runId, test, repeat, ...result(runs.get(runId) ?? fresh()) })),
  };
}

function result(run: Mutable): Omit<RunResult, 'runId' | 'test' | 'repeat'> {
  const { claims, stored, ...rest } = run;
  return {
    ...rest,
    artifacts: [...stored.values()],
    missing: claims.map(({ name }) => name).filter((name) => !stored.has(name)),
  };
}
