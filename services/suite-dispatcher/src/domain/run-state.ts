import type { AnyRecorded, Recorded } from '@benchbus/events';
import type { Stage } from '@benchbus/suites';

export type RunEnd = Recorded<'RunCompleted'> | Recorded<'RunFailed'> | Recorded<'RunCancelled'>;

/** What the run aggregate says; folded from `evt.run.<runId>`. */
export interface RunState {
  readonly version: number;
  readonly queued?: Recorded<'RunQueued'>;
  /** The latest attempt of each stage that was started. */
  readonly stages: Readonly<Partial<Record<Stage, Recorded<'RunStageStarted'>>>>;
  readonly networkRequested?: Recorded<'RunNetworkRequested'>;
  readonly deploymentRequested?: Recorded<'RunDeploymentRequested'>;
  /** Executions in the engine that nobody carried out, by the engine's ids. */
  readonly lostExecutions: ReadonlySet<string>;
  readonly cancelling?: Recorded<'RunCancelling'>;
  readonly ended?: RunEnd;
  readonly releaseRequested?: Recorded<'RunReleaseRequested'>;
  readonly overdue?: Recorded<'RunReleaseOverdue'>;
  readonly released?: Recorded<'RunReleased'>;
}

export const initialRunState: RunState = { version: 0, stages: {}, lostExecutions: new Set() };

export function evolveRun(state: RunState, event: AnyRecorded): RunState {
  const next = { ...state, version: event.sequence };
  switch (event.name) {
    case 'RunQueued':
      return { ...next, queued: event };
    case 'RunStageStarted':
      return { ...next, stages: { ...state.stages, [event.data.stage]: event } };
    case 'RunNetworkRequested':
      return { ...next, networkRequested: event };
    case 'RunDeploymentRequested':
      return { ...next, deploymentRequested: event };
    case 'RunExecutionLost':
      return { ...next, lostExecutions: new Set(state.lostExecutions).add(event.data.execution) };
    case 'RunCancelling':
      return { ...next, cancelling: event };
    case 'RunCompleted':
    case 'RunFailed':
    case 'RunCancelled':
      return { ...next, ended: event };
    case 'RunReleaseRequested':
      return { ...next, releaseRequested: event };
    case 'RunReleaseOverdue':
      return { ...next, overdue: event };
    case 'RunReleased':
      return { ...next, released: event };
    default:
      return state;
  }
}

/** Nothing new may be started for the run. */
export const isOver = (state: RunState): boolean => state.cancelling !== undefined || state.ended !== undefined;
