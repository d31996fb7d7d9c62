import { isOver, type RunState } from './run-state.ts';

/** What the engine shows of one execution of a run that is open in the log. Those that failed or completed do not matter. */
export interface Execution {
  /** The engine's id of it. */
  readonly id: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'CANCELLED';
  /** Of a RUNNING one: for how long it has been without a dispatcher that carries it out, in ms. */
  readonly orphanedMs?: number;
  /** Of a CANCELLED one: `engine`, as the duplicate of one that was alive, or `somebody`, in its dashboard. Absent: not known yet. */
  readonly cancelledBy?: 'engine' | 'somebody';
}

export type Verdict =
  | { readonly kind: 'fine' }
  /** The engine does not have it (its database was lost, retention), or it ended early (retries): execute again, the log says from where. */
  | { readonly kind: 'start' }
  /** Somebody cancelled it in the engine, behind our back. */
  | { readonly kind: 'cancel'; readonly reason: string }
  /** Nobody carries these out although the engine says that they run: they give way to a new one. */
  | { readonly kind: 'replace'; readonly executions: readonly string[] };

/** Compares a run that should be executing with what the engine says of it. */
export function reconcileRun(run: RunState, executions: readonly Execution[], lostAfterMs: number): Verdict {
  if (!run.queued || isOver(run)) return { kind: 'fine' };
  // What was given up was cancelled by us.
  const cancelled = executions.filter(({ id, status }) => status === 'CANCELLED' && !run.lostExecutions.has(id));
  // Even beside one that is alive: a run that somebody cancelled is open no longer than until this is seen.
  if (cancelled.some(({ cancelledBy }) => cancelledBy === 'somebody'))
    return { kind: 'cancel', reason: 'its task was cancelled in the Hatchet engine' };
  const alive = executions.filter(({ status }) => status !== 'CANCELLED');
  if (alive.some(({ orphanedMs = 0 }) => orphanedMs < lostAfterMs)) return { kind: 'fine' };
  if (alive.length > 0) return { kind: 'replace', executions: alive.map(({ id }) => id) };
  if (cancelled.some(({ cancelledBy }) => cancelledBy === undefined)) return { kind: 'fine' };
  return { kind: 'start' };
}
