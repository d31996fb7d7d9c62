import type { AnyRecorded, Recorded } from '@benchbus/events';

/** What the provisioner needs to know of a run (`evt.run.<runId>`, written by the dispatcher). */
export interface RunView {
  readonly queued?: Recorded<'RunQueued'>;
  /** The latest stage: its sequence is the fence of everything made for it. */
  readonly stage?: Recorded<'RunStageStarted'>;
  /** The request of the highest attempt. */
  readonly request?: Recorded<'RunDeploymentRequested'>;
  /** The first event after which nothing may be created for the run any more. */
  readonly over?: AnyRecorded;
  readonly release?: Recorded<'RunReleaseRequested'>;
  readonly last?: AnyRecorded;
}

const ENDS = new Set(['RunCancelling', 'RunFailed', 'RunCancelled', 'RunCompleted', 'RunReleaseRequested']);

function evolve(view: RunView, event: AnyRecorded): RunView {
  const next: RunView = { ...view, last: event };
  if (ENDS.has(event.name) && next.over === undefined) return evolveNamed({ ...next, over: event }, event);
  return evolveNamed(next, event);
}

function evolveNamed(view: RunView, event: AnyRecorded): RunView {
  switch (event.name) {
    case 'RunQueued':
      return { ...view, queued: event };
    case 'RunStageStarted':
      return { ...view, stage: event };
    case 'RunDeploymentRequested':
      return view.request !== undefined && view.request.data.attempt > event.data.attempt
        ? view
        : { ...view, request: event };
    case 'RunReleaseRequested':
      return { ...view, release: view.release ?? event };
    default:
      return view;
  }
}

/** The run as its history tells it; an unknown run is the empty view. */
export const runView = (history: readonly AnyRecorded[]): RunView => history.reduce(evolve, {});
