import type { AnyDraft } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Claim } from '../domain/kind.ts';

/** One claimed attempt, to be carried out. */
export interface WorkOrder {
  readonly attempt: number;
  readonly claim: Claim;
  /** Aborts with a BenchbusError: cancelled, superseded, out of time, or RunnerStopping. */
  readonly signal: AbortSignal;
  /** The fence: throws if nothing may be created for this attempt any more. */
  readonly mayCreate: () => Promise<void>;
}

/** Carries out one kind of work. Both answers are the fact to append. */
export interface Worker {
  /** Throws where it could not be done. */
  work(order: WorkOrder): Promise<AnyDraft>;
  failed(order: WorkOrder, problem: Problem): Promise<AnyDraft>;
}
