import { isOver, type RunState } from './run-state.ts';

/** What the engine knows of one execution of `bench-run`. */
export interface Execution {
  readonly status: 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
}

export type Verdict =
  | { readonly kind: 'fine' }
  /** The engine lost it (its database, retention, retries): execute again, the log says from where. */
  | { readonly kind: 'start' }
  /** Somebody cancelled it in the engine, behind our back. */
  | { readonly kind: 'cancel'; readonly reason: string };

/** Compares a run that should be executing with what the engine says of it. */
export function reconcileRun(run: RunState, executions: readonly Execution[]): Verdict {
  if (!run.queued || isOver(run)) return { kind: 'fine' };
  const has = (...statuses: Execution['status'][]) => executions.some(({ status }) => statuses.includes(status));
  if (has('QUEUED', 'RUNNING')) return { kind: 'fine' };
  // A duplicate trigger is cancelled by the engine beside the one it duplicates; only a lone cancel was somebody's wish.
  if (has('CANCELLED') && !has('FAILED', 'COMPLETED'))
    return { kind: 'cancel', reason: 'its task was cancelled in the Hatchet engine' };
  return { kind: 'start' };
}
