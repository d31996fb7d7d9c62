import { subjects, type AnyDraft, type EventData } from '@benchbus/events';
import { expandRuns, wantedPool } from '@benchbus/suites';
import { initialRunState, isOver, type RunState } from './run-state.ts';
import type { SuiteState } from './suite-state.ts';

/** What a suite needs next. `expected` is the version of the draft's aggregate. */
export type SuiteAction =
  | { readonly kind: 'append'; readonly draft: AnyDraft; readonly expected: number }
  /** Make sure the engine executes the run. */
  | { readonly kind: 'start'; readonly runId: string; readonly test: string }
  /** Make sure the engine stops executing it; not `begun`: only where it may have been told to start it. */
  | { readonly kind: 'stop'; readonly runId: string; readonly begun: boolean };

type Outcomes = EventData<'SuiteCompleted'>;

/** Every action that the suite's state calls for; none when it waits for its runs. */
export function decideSuite(suiteId: string, state: SuiteState): SuiteAction[] {
  const { accepted, cancelling } = state;
  if (!accepted || state.ended) return [];
  const { suite, runs } = accepted.data;
  const missing = runs.filter(({ runId }) => !state.runs.get(runId)?.queued);
  if (missing.length > 0) {
    const expanded = new Map(expandRuns(suiteId, suite).map((run) => [run.runId, run]));
    const pool = wantedPool(suite);
    return missing.flatMap(({ runId }) => {
      const run = expanded.get(runId);
      if (!run) return [];
      const which = { suiteId, index: run.index, repeat: run.repeat, test: run.test };
      const data = { ...which, settings: suite.settings, ...(pool === undefined ? {} : { pool }) };
      const common = { subject: subjects.run(runId), cause: accepted.id, correlation: suiteId };
      return [{ kind: 'append' as const, expected: 0, draft: { ...common, name: 'RunQueued' as const, data } }];
    });
  }
  // The whole suite is cancelled, or one run of it was (in the engine, behind our back).
  const stopping = runs.flatMap(({ runId }) => {
    const run = state.runs.get(runId);
    const reason = run?.cancelling?.data.reason ?? cancelling?.data.reason;
    return reason === undefined ? [] : cancelRun(suiteId, runId, run, reason);
  });
  if (stopping.length > 0) return stopping;
  const open = runs.filter(({ runId }) => !isGone(state.runs.get(runId)));
  if (open.length === 0) return [endOf(suiteId, state)];
  if (cancelling) return [];
  // A run that ended and is kept or being released no longer counts: whether its host is free is the allocator's business.
  return open
    .filter(({ runId }) => !isOver(state.runs.get(runId) ?? initialRunState))
    .slice(0, suite.parallelism)
    .map(({ runId, test }) => ({ kind: 'start', runId, test }));
}

/** Released, or so late that the suite no longer waits (its end carries it). */
const isGone = (run: RunState | undefined): boolean => run?.released !== undefined || run?.overdue !== undefined;

/** Cancelling first, so that nothing new is created; then the end; the engine, which may be away, is told last. */
export function cancelRun(suiteId: string, runId: string, run: RunState | undefined, reason: string): SuiteAction[] {
  if (!run?.queued || run.ended) return [];
  const common = { subject: subjects.run(runId), cause: run.queued.id, correlation: suiteId };
  if (!run.cancelling && run.stages.network) {
    return [{ kind: 'append', expected: run.version, draft: { ...common, name: 'RunCancelling', data: { reason } } }];
  }
  return [
    { kind: 'append', expected: run.version, draft: { ...common, name: 'RunCancelled', data: { reason } } },
    { kind: 'stop', runId, begun: run.stages.network !== undefined },
  ];
}

function endOf(suiteId: string, state: SuiteState): SuiteAction {
  const outcomes: Outcomes['runs'] = [...state.runs].map(([runId, { ended }]) => {
    if (ended?.name === 'RunFailed') return { runId, outcome: 'failed', problem: ended.data.problem };
    return { runId, outcome: ended?.name === 'RunCompleted' ? 'completed' : 'cancelled' };
  });
  const overdue = [...state.runs].filter(([, run]) => !run.released).map(([runId]) => runId);
  const failed = outcomes.some(({ outcome }) => outcome === 'failed');
  const cancelled = state.cancelling !== undefined || outcomes.some(({ outcome }) => outcome === 'cancelled');
  const name =
    state.cancelling === undefined && failed ? 'SuiteFailed' : cancelled ? 'SuiteCancelled' : 'SuiteCompleted';
  const common = { subject: subjects.suite(suiteId), cause: state.accepted?.id ?? '', correlation: suiteId };
  return { kind: 'append', expected: state.version, draft: { ...common, name, data: { runs: outcomes, overdue } } };
}
