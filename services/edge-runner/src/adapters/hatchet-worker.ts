import { subjects, type EventBus } from '@benchbus/events';
import {
  connectHatchet,
  EDGE_SETUP,
  EDGE_WORKLOAD,
  edgeTaskInput,
  edgeWorkerLabels,
  edgeWorkerName,
  EXECUTION_TIMEOUT,
  holdLease,
  inTaskSpan,
  keepWorker,
  taskLog,
  type EdgeTaskInput,
  type KeptWorker,
} from '@benchbus/tasks';
import type { Logger } from 'pino';
import { viewRun } from '../domain/run-view.ts';
import type { WorkKind } from '../domain/kind.ts';
import type { Answer } from '../work/desk.ts';

const TASKS: Readonly<Record<WorkKind, string>> = { database: EDGE_SETUP, workload: EDGE_WORKLOAD };
/** How long a task may wait for this worker; the engine's default is 5 min. The real limit is the stage's deadline in the log. */
const SCHEDULE_TIMEOUT = '24h';
/** The engine's clock runs out after the runner's own: the log, not the engine, tells of a timeout. */
const MARGIN_MS = 60_000;

export interface WorkerOptions {
  readonly bus: EventBus;
  readonly runId: string;
  readonly node: string;
  readonly kind: WorkKind;
  readonly perform: (attempt: number, tell: (line: string) => void) => Promise<Answer>;
  /** Asks the log until it answers. */
  readonly askLog: <T>(work: () => Promise<T>) => Promise<T>;
  /** Between two tries to reach the engine, in ms. */
  readonly retryMs: number;
  readonly logger: Logger;
}

/** What the engine shows; nobody decides by it. */
function shown(answer: Answer) {
  if ('refused' in answer) return { outcome: 'refused', code: answer.refused.code, message: answer.refused.message };
  const { name, data } = answer.outcome;
  return { outcome: name, ...('problem' in data ? { code: data.problem.code, message: data.problem.message } : {}) };
}

async function msLeft({ bus, runId, kind, askLog }: WorkerOptions, attempt: number): Promise<number> {
  const run = viewRun(await askLog(() => bus.log.read(subjects.run(runId))));
  const deadline = run.stages[kind].findLast((stage) => stage.attempt === attempt)?.deadline;
  return deadline === undefined ? 0 : Math.max(0, Date.parse(deadline) - Date.now());
}

/** Keeps the node's worker registered with the Hatchet engine, over its outages. */
export function keepEdgeWorker(options: WorkerOptions): KeptWorker {
  const { runId, node, kind, perform, retryMs, logger } = options;
  const log = options.bus.log.incarnation;
  const hatchet = connectHatchet(logger);
  const task = hatchet.task<EdgeTaskInput, ReturnType<typeof shown>>({
    name: TASKS[kind],
    executionTimeout: EXECUTION_TIMEOUT,
    scheduleTimeout: SCHEDULE_TIMEOUT,
    retries: 0,
    fn: async (input, ctx) => {
      const { attempt, ...asked } = edgeTaskInput.parse(input);
      if (asked.log !== log || asked.runId !== runId || asked.node !== node) {
        const message = `meant for node ${asked.node} of run ${asked.runId} in log ${asked.log}`;
        return shown({ refused: { code: 'WRONG_NODE', message, where: edgeWorkerName(runId, node) } });
      }
      const over = new AbortController();
      // If the engine gives up on the task early, the work and its outcome in the log do not depend on it.
      void holdLease({
        extend: (by) => ctx.refreshTimeout(by),
        limitMs: (await msLeft(options, attempt)) + MARGIN_MS,
        retryMs,
        signal: AbortSignal.any([over.signal, ctx.abortController.signal]),
      });
      try {
        const anchor = { suite: asked.suiteId, run: runId, stage: kind, attempt };
        const traced = { name: TASKS[kind], log, anchor, node, metadata: ctx.additionalMetadata() };
        return shown(await inTaskSpan(traced, () => perform(attempt, taskLog(ctx))));
      } finally {
        over.abort();
      }
    },
  });
  const labels = edgeWorkerLabels(log, runId, node);
  return keepWorker({ hatchet, name: edgeWorkerName(runId, node), workflows: [task], labels, retryMs, logger });
}
