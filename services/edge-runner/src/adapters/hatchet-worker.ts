import { subjects, type EventBus } from '@benchbus/events';
import {
  connectHatchet,
  EDGE_SETUP,
  EDGE_WORKLOAD,
  edgeTaskInput,
  edgeWorkerLabels,
  edgeWorkerName,
  taskLog,
  type EdgeTaskInput,
} from '@benchbus/tasks';
import type { Logger } from 'pino';
import { viewRun } from '../domain/run-view.ts';
import type { WorkKind } from '../domain/kind.ts';
import type { Answer } from '../work/desk.ts';

const TASKS: Readonly<Record<WorkKind, string>> = { database: EDGE_SETUP, workload: EDGE_WORKLOAD };
/** What the engine grants before the task asks for its stage's real deadline. */
const FIRST_TIMEOUT = '10m';
/** How long a task may wait for this worker; the engine's default is 5 min. The real limit is the stage's deadline in the log. */
const SCHEDULE_TIMEOUT = '24h';
/** The engine's clock runs out after the runner's own: the log, not the engine, tells of a timeout. */
const MARGIN_SECONDS = 60;

export interface WorkerOptions {
  readonly bus: EventBus;
  readonly runId: string;
  readonly node: string;
  readonly kind: WorkKind;
  readonly perform: (attempt: number, tell: (line: string) => void) => Promise<Answer>;
  readonly startTimeoutMs: number;
  readonly logger: Logger;
}

/** What the engine shows; nobody decides by it. */
function shown(answer: Answer) {
  if ('refused' in answer) return { outcome: 'refused', code: answer.refused.code, message: answer.refused.message };
  const { name, data } = answer.outcome;
  return { outcome: name, ...('problem' in data ? { code: data.problem.code, message: data.problem.message } : {}) };
}

async function secondsLeft({ bus, runId, kind }: WorkerOptions, attempt: number): Promise<number> {
  const run = viewRun(await bus.log.read(subjects.run(runId)));
  const deadline = run.stages[kind].findLast((stage) => stage.attempt === attempt)?.deadline;
  return deadline === undefined ? 0 : Math.max(0, Math.ceil((Date.parse(deadline) - Date.now()) / 1000));
}

/** Registers the node's worker with the Hatchet engine; resolves when the engine has taken it. */
export async function startHatchetWorker(options: WorkerOptions) {
  const { runId, node, kind, perform, startTimeoutMs } = options;
  const log = options.bus.log.incarnation;
  const hatchet = connectHatchet(options.logger);
  const task = hatchet.task<EdgeTaskInput, ReturnType<typeof shown>>({
    name: TASKS[kind],
    executionTimeout: FIRST_TIMEOUT,
    scheduleTimeout: SCHEDULE_TIMEOUT,
    retries: 0,
    fn: async (input, ctx) => {
      const { attempt, ...asked } = edgeTaskInput.parse(input);
      if (asked.log !== log || asked.runId !== runId || asked.node !== node) {
        const message = `meant for node ${asked.node} of run ${asked.runId} in log ${asked.log}`;
        return shown({ refused: { code: 'WRONG_NODE', message, where: edgeWorkerName(runId, node) } });
      }
      const seconds = (await secondsLeft(options, attempt)) + MARGIN_SECONDS;
      // If the engine does not grant it, it gives up on the task early; the work and its outcome in the log do not depend on it.
      await ctx.refreshTimeout(`${seconds}s`).catch(() => undefined);
      return shown(await perform(attempt, taskLog(ctx)));
    },
  });
  const worker = await hatchet.worker(edgeWorkerName(runId, node), {
    workflows: [task],
    labels: edgeWorkerLabels(log, runId, node),
    handleKill: false,
  });
  const running = worker.start();
  const failed = running.then(() => Promise.reject(new Error('the Hatchet worker ended')));
  failed.catch(() => undefined);
  await Promise.race([worker.waitUntilReady(startTimeoutMs), failed]);
  return {
    /** Rejects when the worker ends although it was not stopped. */
    failed,
    stop: () => worker.stop(),
  };
}
