import type { EdgeTask } from '../domain/step.ts';

export type EngineStatus = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

/** One execution of `bench-run` as the engine knows it. */
export interface EngineRun {
  readonly engineRunId: string;
  readonly runId: string;
  readonly suiteId: string;
  readonly status: EngineStatus;
}

/** The durable task executor, as far as the dispatcher uses it from outside a task. */
export interface Engine {
  /** Triggers `bench-run` for the run of this test; the engine keeps at most one alive. */
  start(suiteId: string, runId: string, test: string): Promise<void>;
  /** Cancels whatever executions of the run are alive, edge tasks included. */
  stop(runId: string): Promise<void>;
  /** Executions of one run, newest first. */
  executions(runId: string): Promise<EngineRun[]>;
  /** Everything of ours that is queued or running, edge tasks included. */
  alive(): Promise<EngineRun[]>;
}

export type DispatchEdgeTask = (task: EdgeTask) => Promise<{ over: Promise<unknown> }>;
