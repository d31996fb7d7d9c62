import type { EdgeTask } from '../domain/step.ts';

/** One execution of `bench-run`, or one edge task, as the engine shows it. */
export interface EngineRun {
  readonly engineRunId: string;
  readonly runId: string;
  readonly suiteId: string;
  /** Absent for `bench-run`. */
  readonly node?: string;
  readonly status: 'QUEUED' | 'RUNNING' | 'CANCELLED';
  /** Who cancelled it; absent as long as the engine does not tell. */
  readonly cancelledBy?: 'engine' | 'somebody';
}

/** The durable task executor, as far as the dispatcher uses it from outside a task. */
export interface Engine {
  /** Triggers `bench-run` for the run of this test; the engine keeps at most one alive. */
  start(suiteId: string, runId: string, test: string): Promise<void>;
  /** Cancels whatever executions of the run are alive, edge tasks included. */
  stop(runId: string): Promise<void>;
  /** Cancels executions by the engine's ids. */
  cancel(engineRunIds: readonly string[]): Promise<void>;
  /** Everything of ours that is queued or running, edge tasks included; not what was begun under another namespace. */
  alive(): Promise<EngineRun[]>;
  /** Executions of `bench-run` of these runs that were cancelled; none of them was begun before `since`. */
  cancelled(runIds: ReadonlySet<string>, since: Date): Promise<EngineRun[]>;
}

/** Hands a task to the engine, unless the signal aborts before it was triggered. */
export type DispatchEdgeTask = (task: EdgeTask, signal: AbortSignal) => Promise<{ over: Promise<unknown> }>;
