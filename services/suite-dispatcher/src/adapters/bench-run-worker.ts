import { ConcurrencyLimitStrategy } from '@hatchet-dev/typescript-sdk';
import { namedEffect } from '@benchbus/service';
import {
  BENCH_RUN,
  BENCH_RUN_KEY,
  childKey,
  dispatcherLabels,
  edgeMetadata,
  EDGE_SETUP,
  EDGE_WORKLOAD,
  edgeWorkerLabels,
  engineReached,
  EXECUTION_TIMEOUT,
  holdLease,
  inTaskSpan,
  keepWorker,
  requireLabels,
  runMetadata,
  taskLog,
  type BenchRunInput,
  type Hatchet,
  type KeptWorker,
  type Owner,
} from '@benchbus/tasks';
import type { Logger } from 'pino';
import type { DispatchEdgeTask } from '../application/engine.ts';
import { ownInput } from './own-input.ts';

/** A running `bench-run`, as its handler sees it. */
export interface BenchRunTask {
  readonly input: BenchRunInput;
  /** The engine's id of this execution. */
  readonly executionId: string;
  /** Aborts when the engine cancels or times out this execution, and with the service. */
  readonly signal: AbortSignal;
  readonly dispatch: DispatchEdgeTask;
  /** Writes a line into the task's log in the engine. */
  readonly tell: (line: string) => void;
  /** Keeps the engine from giving the execution to another, for this long at most, in ms. */
  readonly hold: (limitMs: number) => void;
}

export interface BenchRunWorkerOptions {
  readonly hatchet: Hatchet;
  readonly owner: Owner;
  readonly name: string;
  /** Runs executed at once; a waiting run costs only a promise. */
  readonly slots: number;
  /** Between two tries to reach the engine, in ms. */
  readonly retryMs: number;
  readonly logger: Logger;
  /** A drain makes the executions fail, and the engine hands them to another dispatcher, or to us when we are back. */
  readonly stopping: AbortSignal;
  readonly execute: (task: BenchRunTask) => Promise<void>;
}

/** Of a run that somebody triggered by hand no test is known. */
function testIn(metadata: Readonly<Record<string, unknown>>): string | undefined {
  return typeof metadata['test'] === 'string' ? metadata['test'] : undefined;
}

/** Registers the plain task `bench-run` and works on it until stopped. At most one execution per run is alive. */
export function keepBenchRunWorker(options: BenchRunWorkerOptions): KeptWorker {
  const { hatchet, owner, execute, name, slots, retryMs, logger } = options;
  const edgeTasks = {
    database: hatchet.workflow({ name: EDGE_SETUP }),
    workload: hatchet.workflow({ name: EDGE_WORKLOAD }),
  };
  const benchRun = hatchet.task({
    name: BENCH_RUN,
    // The log is its memory: a retry goes on where the last one stopped.
    retries: 20,
    backoff: { factor: 2, maxSeconds: 30 },
    executionTimeout: EXECUTION_TIMEOUT,
    scheduleTimeout: '24h',
    concurrency: {
      expression: BENCH_RUN_KEY,
      maxRuns: 1,
      limitStrategy: ConcurrencyLimitStrategy.CANCEL_NEWEST,
    },
    fn: async (raw: BenchRunInput, ctx) => {
      const input = ownInput(raw, owner);
      const metadata = runMetadata(owner, input.suiteId, input.runId, testIn(ctx.additionalMetadata()));
      const signal = AbortSignal.any([ctx.abortController.signal, options.stopping]);
      const over = new AbortController();
      const dispatch: DispatchEdgeTask = async ({ stage, node, attempt }, wanted) => {
        const task = { ...input, node, attempt };
        const trying = AbortSignal.any([signal, wanted]);
        await engineReached({ hatchet, logger, retryMs, signal: trying });
        const options = {
          childKey: childKey(stage, node, attempt),
          additionalMetadata: edgeMetadata(metadata, task, stage),
          desiredWorkerLabels: requireLabels(edgeWorkerLabels(owner.log, input.runId, node)),
        };
        trying.throwIfAborted();
        const ref = await namedEffect('edge-task-dispatch', () => edgeTasks[stage].runNoWait(task, options));
        return { over: ref.result() };
      };
      const hold = (limitMs: number) =>
        void holdLease({
          extend: (by) => namedEffect('engine-extend', () => ctx.refreshTimeout(by)),
          limitMs,
          retryMs,
          signal: AbortSignal.any([signal, over.signal]),
        });
      try {
        const executionId = ctx.workflowRunId();
        const anchor = { suite: input.suiteId, run: input.runId };
        const traced = { name: BENCH_RUN, log: owner.log, anchor, metadata: ctx.additionalMetadata() };
        await inTaskSpan(traced, () => execute({ input, executionId, signal, dispatch, tell: taskLog(ctx), hold }));
        // A report that an outage swallows leaves the engine with a task nobody executes: better a later one.
        await engineReached({ hatchet, logger, retryMs, signal });
        return {};
      } finally {
        over.abort();
      }
    },
  });
  const labels = dispatcherLabels(owner.log);
  return keepWorker({ hatchet, name, workflows: [benchRun], slots, labels, retryMs, logger });
}
