import type { AnyDraft } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { Claim } from '../domain/kind.ts';

/** One claimed attempt, to be carried out. */
export interface WorkOrder {
  readonly attempt: number;
  readonly claim: Claim;
  /** When the stage has to be done, RFC 3339; undefined: no such stage is known. */
  readonly deadline: string | undefined;
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
  /** Before an attempt is claimed: ends what earlier ones left running. Never rejects. */
  retire?(attempt: number, signal: AbortSignal): Promise<void>;
}
