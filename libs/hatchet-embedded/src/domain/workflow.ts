import type { Slots } from './choose-worker.ts';
import type { Strategy } from './concurrency.ts';
import type { DesiredLabel } from './labels.ts';
import type { RetryPolicy } from './retry.ts';

export interface ConcurrencyRule {
  /** CEL expression whose string result is the group's key. */
  readonly expression: string;
  readonly maxRuns: number;
  readonly strategy: Strategy;
}

/** The one task of a workflow, normalised from `CreateTaskOpts`. Times in milliseconds. */
export interface TaskDefinition {
  /** As declared, case kept: results are looked up by it. */
  readonly name: string;
  readonly action: string;
  readonly timeoutMs: number;
  /** The text of the timeout, for the error message of the real engine. */
  readonly timeoutText: string;
  readonly scheduleTimeoutMs: number;
  readonly retry: RetryPolicy;
  readonly labels: readonly DesiredLabel[];
  readonly slots: Slots;
  /** A chain: all must admit, in order. */
  readonly concurrency: readonly ConcurrencyRule[];
}

/** A workflow version; `checksum` tells whether a PutWorkflow changed anything. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly description: string;
  readonly defaultPriority: number;
  readonly task: TaskDefinition;
}
