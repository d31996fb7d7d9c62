import type { AnyRecorded, Recorded } from '@benchbus/events';
import { evolveRun, initialRunState, type RunState } from './run-state.ts';

export type SuiteEnd = Recorded<'SuiteCompleted'> | Recorded<'SuiteFailed'> | Recorded<'SuiteCancelled'>;

/** A suite and its runs, as the log tells; folded from `evt.suite.<id>` and its runs' aggregates. */
export interface SuiteState {
  readonly version: number;
  readonly accepted?: Recorded<'SuiteAccepted'>;
  readonly rejected?: Recorded<'SuiteRejected'>;
  readonly cancelling?: Recorded<'SuiteCancelling'>;
  readonly ended?: SuiteEnd;
  readonly runs: ReadonlyMap<string, RunState>;
}

export const initialSuiteState: SuiteState = { version: 0, runs: new Map() };

/** Takes events of the suite's own aggregate and of its runs', in log order. */
export function evolveSuite(state: SuiteState, event: AnyRecorded): SuiteState {
  if (event.subject.startsWith('evt.run.')) {
    const runId = event.subject.slice('evt.run.'.length);
    const run = evolveRun(state.runs.get(runId) ?? initialRunState, event);
    return { ...state, runs: new Map(state.runs).set(runId, run) };
  }
  const next = { ...state, version: event.sequence };
  switch (event.name) {
    case 'SuiteAccepted':
      return { ...next, accepted: event };
    case 'SuiteRejected':
      return { ...next, rejected: event };
    case 'SuiteCancelling':
      return { ...next, cancelling: event };
    case 'SuiteCompleted':
    case 'SuiteFailed':
    case 'SuiteCancelled':
      return { ...next, ended: event };
    default:
      return state;
  }
}

export const suiteIsOver = (state: SuiteState): boolean => state.ended !== undefined || state.rejected !== undefined;

/** The suite with those of its runs alone that are not released. */
export const withUnreleased = (state: SuiteState): SuiteState => ({
  ...state,
  runs: new Map([...state.runs].filter(([, { released }]) => released === undefined)),
});
