import type { Problem } from '@benchbus/suites';
import type { WorkKind } from './kind.ts';
import type { RunView } from './run-view.ts';

/** One attempt of one kind of work under the log it was asked in. */
export interface WorkId {
  readonly kind: WorkKind;
  readonly attempt: number;
  /** The log's incarnation the runner was started for. */
  readonly incarnation: string;
}

/**
 * The fence: why nothing may be created (any more) for this attempt, or undefined.
 * Codes: FENCE_OTHER_LOG, CANCELLED (the run is over), SUPERSEDED (a newer attempt of the stage began).
 */
export function refusal(work: WorkId, run: RunView, incarnation: string): Problem | undefined {
  const where = `${work.kind}, attempt ${work.attempt}`;
  if (work.incarnation !== incarnation) {
    return {
      code: 'FENCE_OTHER_LOG',
      message: `the runner was started for log ${work.incarnation}, this log is ${incarnation}`,
      where,
      hint: 'the log was restored or replaced: start the suite again',
    };
  }
  if (run.overBy !== undefined) return { code: 'CANCELLED', message: `the run is over (${run.overBy})`, where };
  const newest = Math.max(0, ...run.stages[work.kind].map((stage) => stage.attempt));
  if (newest > work.attempt) {
    return { code: 'SUPERSEDED', message: `attempt ${newest} of the stage has begun`, where };
  }
  return undefined;
}
