import { ConcurrencyLimitStrategy } from '@hatchet-dev/typescript-sdk';
import {
  BENCH_RUN,
  benchRunInput,
  childKey,
  edgeMetadata,
  EDGE_SETUP,
  EDGE_WORKLOAD,
  type BenchRunInput,
  type Hatchet,
} from '@benchbus/tasks';
import type { DispatchEdgeTask } from '../application/engine.ts';

/** A running `bench-run`, as its handler sees it. */
export interface BenchRunTask {
  readonly input: BenchRunInput;
  /** Aborts when the engine cancels or times out this execution. */
  readonly signal: AbortSignal;
  readonly dispatch: DispatchEdgeTask;
  /** Gives the execution this much more time, in ms. */
  readonly extend: (ms: number) => Promise<void>;
}

export interface BenchRunWorkerOptions {
  readonly hatchet: Hatchet;
  readonly name: string;
  /** Runs executed at once; a waiting run costs only a promise. */
  readonly slots: number;
  readonly execute: (task: BenchRunTask) => Promise<void>;
}

/** Registers the plain task `bench-run` and works on it until stopped. At most one execution per run is alive. */
export async function startBenchRunWorker(options: BenchRunWorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { hatchet, execute } = options;
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
      expression: 'input.runId',
      maxRuns: 1,
      limitStrategy: ConcurrencyLimitStrategy.CANCEL_NEWEST,
    },
    fn: async (raw: BenchRunInput, ctx) => {
      const input = benchRunInput.parse(raw);
      const dispatch: DispatchEdgeTask = async ({ stage, node, attempt }) => {
        const task = { ...input, node, attempt };
        const ref = await edgeTasks[stage].runNoWait(task, {
          childKey: childKey(stage, node, attempt),
          additionalMetadata: edgeMetadata(task, stage),
          desiredWorkerLabels: {
            run: { value: input.runId, required: true },
            node: { value: node, required: true },
          },
        });
        return { over: ref.result() };
      };
      const extend = (ms: number) => ctx.refreshTimeout(`${Math.ceil(ms / 1000)}s`);
      await execute({ input, signal: ctx.abortController.signal, dispatch, extend });
      return {};
    },
  });
  const worker = await hatchet.worker(options.name, { workflows: [benchRun], slots: options.slots, handleKill: false });
  const running = worker.start();
  await worker.waitUntilReady();
  return {
    async stop() {
      await worker.stop();
      await running.catch(() => undefined);
    },
  };
}
