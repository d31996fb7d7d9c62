import type { RunState } from './run-state.ts';

export const RUN_PHASES = ['queued', 'running', 'releasing', 'overdue'] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** Where a run is, as operators count them; undefined once it is released. */
export function phaseOf({ queued, stages, ended, overdue, released }: RunState): RunPhase | undefined {
  if (!queued || released) return undefined;
  if (overdue) return 'overdue';
  if (ended) return 'releasing';
  return Object.keys(stages).length === 0 ? 'queued' : 'running';
}
