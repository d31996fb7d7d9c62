import type { AnyDraft } from '@benchbus/events';

/** A task for one node's runner. */
export interface EdgeTask {
  readonly stage: 'database' | 'workload';
  readonly node: string;
  readonly attempt: number;
}

/** What a run needs next. */
export type Step =
  | { readonly kind: 'append'; readonly draft: AnyDraft }
  /** Make sure the tasks were handed to the engine (their child keys make that idempotent), then wait. */
  | { readonly kind: 'wait'; readonly for: string; readonly until: number; readonly tasks?: readonly EdgeTask[] }
  | { readonly kind: 'done' };

/** What is known beside the log, while a run is executed. Times in ms since the epoch. */
export interface Surroundings {
  readonly now: number;
  /** Targets the operator has configured. */
  readonly targets: ReadonlySet<string>;
  /** Nodes whose runner has no live holder in KV for `runnerLostAfter`. */
  readonly lost: ReadonlySet<string>;
  /** The host that was to make the nodes has had no live provisioner for `hostLostAfter`. */
  readonly hostLost?: boolean;
  /** The whole suite is being cancelled: the run's own RunCancelling or RunCancelled follows. */
  readonly cancelling: boolean;
  /** Edge tasks (`childKey`) the engine says are over, however. */
  readonly settled: ReadonlySet<string>;
}
