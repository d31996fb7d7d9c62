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
  requireLabels,
  runMetadata,
  taskLog,
  type BenchRunInput,
  type Hatchet,
  type Owner,
} from '@benchbus/tasks';
import type { DispatchEdgeTask } from '../application/engine.ts';
import { ownInput } from './own-input.ts';

/** A running `bench-run`, as its handler sees it. */
export interface BenchRunTask {
  readonly input: BenchRunInput;
  /** The engine's id of this execution. */
  readonly executionId: string;
  /** Aborts when the engine cancels or times out this execution. */
  readonly signal: AbortSignal;
  readonly dispatch: DispatchEdgeTask;
  /** Writes a line into the task's log in the engine. */
  readonly tell: (line: string) => void;
  /** Gives the execution this much more time, in ms. */
  readonly extend: (ms: number) => Promise<void>;
}

export interface BenchRunWorkerOptions {
  readonly hatchet: Hatchet;
  readonly owner: Owner;
  readonly name: string;
  /** Runs executed at once; a waiting run costs only a promise. */
  readonly slots: number;
  readonly execute: (task: BenchRunTask) => Promise<void>;
}

/** Of a run that somebody triggered by hand no test is known. */
function testIn(metadata: Readonly<Record<string, unknown>>): string | undefined {
  return typeof metadata['test'] === 'string' ? metadata['test'] : undefined;
}

/** Registers the plain task `bench-run` and works on it until stopped. At most one execution per run is alive. */
export async function startBenchRunWorker(options: BenchRunWorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { hatchet, owner, execute } = options;
  const edgeTasks = {
    database: hatchet.workflow({ name: EDGE_SETUP }),
    workload: hatchet.workflow({ name: EDGE_WORKLOAD }),
  };
  const benchRun = hatchet.task({
    name: BENCH_RUN,
    // The log is its memory: a retry goes on where the last one stopped.
    retries: 20,
    backoff: { factor: 2, maxSeconds: 30 },
    executionTimeout: '10m',
    scheduleTimeout: '24h',
    concurrency: {
      expression: BENCH_RUN_KEY,
      maxRuns: 1,
      limitStrategy: ConcurrencyLimitStrategy.CANCEL_NEWEST,
    },
    fn: async (raw: BenchRunInput, ctx) => {
      const input = ownInput(raw, owner);
      const metadata = runMetadata(owner, input.suiteId, input.runId, testIn(ctx.additionalMetadata()));
      const dispatch: DispatchEdgeTask = async ({ stage, node, attempt }) => {
        const task = { ...input, node, attempt };
        const options = {
          childKey: childKey(stage, node, attempt),
          additionalMetadata: edgeMetadata(metadata, task, stage),
          desiredWorkerLabels: requireLabels(edgeWorkerLabels(owner.log, input.runId, node)),
        };
        const ref = await namedEffect('edge-task-dispatch', () => edgeTasks[stage].runNoWait(task, options));
        return { over: ref.result() };
      };
      const extend = (ms: number) => namedEffect('engine-extend', () => ctx.refreshTimeout(`${Math.ceil(ms / 1000)}s`));
      await execute({
        input,
        executionId: ctx.workflowRunId(),
        signal: ctx.abortController.signal,
        dispatch,
        tell: taskLog(ctx),
        extend,
      });
      return {};
    },
  });
  const worker = await hatchet.worker(options.name, {
    workflows: [benchRun],
    slots: options.slots,
    labels: dispatcherLabels(owner.log),
    handleKill: false,
  });
  const running = worker.start();
  await worker.waitUntilReady();
  return {
    async stop() {
      await worker.stop();
      await running.catch(() => undefined);
    },
  };
}
