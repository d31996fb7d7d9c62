/** What the outside sees (REST `V1TaskStatus`, gRPC `RunStatus`). RUNNING begins with the worker's STARTED event. */
export type RunStatus = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/**
 * Where a run is inside the engine.
 * `gated`: waits for a concurrency slot; `ready`: waits for a worker; `assigned`: a worker has it;
 * `backoff`: waits for its retry time; `done`: terminal.
 */
export type RunPhase = 'gated' | 'ready' | 'assigned' | 'backoff' | 'done';

/**
 * One run of a single-task workflow: as in the real engine the workflow run and its task share one id.
 * Times are milliseconds since the epoch; texts ending in `Json` are JSON.
 */
export interface Run {
  readonly seq: number;
  readonly id: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly action: string;
  readonly inputJson: string;
  readonly metadataJson: string | null;
  readonly priority: number;
  readonly parentRunId: string | null;
  readonly parentTaskId: string | null;
  readonly childIndex: number | null;
  readonly childKey: string | null;
  readonly dedupeKey: string | null;
  /** Desired worker labels given at trigger time; they replace the task's own. */
  readonly labelsJson: string | null;
  readonly createdAt: number;
  readonly phase: RunPhase;
  readonly status: RunStatus;
  /** Attempt number on the wire: every re-queue of any kind raises it. */
  readonly retryCount: number;
  readonly appRetries: number;
  readonly internalRetries: number;
  /** Place in the FIFO of its priority; renewed by every re-queue. */
  readonly queueOrder: number;
  readonly scheduleTimeoutAt: number | null;
  readonly retryAt: number | null;
  readonly timeoutAt: number | null;
  /** Set after a broken stream while STARTED is missing: the attempt may never have reached its worker. */
  readonly confirmBy: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly workerId: string | null;
  /** 1 while the run occupies its worker's slots (0 after ReleaseSlot). */
  readonly holdsSlot: 0 | 1;
  /** 1 once START was handed to the worker's stream: before that a crash must not lose the attempt. */
  readonly sent: 0 | 1;
  /**
   * 1 once it was cancelled in any way: gRPC says CANCELLED then, whatever status REST shows. They differ after a schedule
   * timeout (REST: FAILED) and after a cancel of a finished run (REST: its status and output as before), as in the real engine.
   */
  readonly cancelled: 0 | 1;
  readonly output: string | null;
  readonly error: string | null;
}

/** Columns to change; the store writes them as they are. */
export type RunPatch = Partial<Omit<Run, 'seq' | 'id'>>;
