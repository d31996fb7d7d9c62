import { childKey, insist } from '@benchbus/tasks';
import type { Logger } from 'pino';
import type { EdgeTask } from '../domain/step.ts';
import type { DispatchEdgeTask } from './engine.ts';

export interface HandOutOptions {
  readonly runId: string;
  readonly dispatch: DispatchEdgeTask;
  /** Between two tries, in ms. */
  readonly retryMs: number;
  readonly onSettled: () => void;
  readonly logger: Logger;
}

/** Tasks handed to the engine in the background: while it is away, deadlines and cancels are still seen. */
export interface HandOuts {
  /** Tasks (`childKey`) the engine says are over, however. */
  readonly settled: ReadonlySet<string>;
  /** Sees to it that the engine gets these tasks, however often it takes; what is wanted no more is not tried again. */
  want(tasks: readonly EdgeTask[]): void;
  stop(): void;
}

export function handOuts({ runId, dispatch, retryMs, onSettled, logger }: HandOutOptions): HandOuts {
  const settled = new Set<string>();
  const begun = new Map<string, AbortController>();

  async function handOut(task: EdgeTask, key: string, signal: AbortSignal): Promise<void> {
    const give = async () => {
      const given = await dispatch(task, signal);
      // Also of a try that was given up while it was under way: nobody waits for it any more.
      given.over.catch(() => undefined);
      return given;
    };
    const { over } = await insist(give, {
      retryMs,
      signal,
      // The child key makes the engine take it once, whichever of the tries it heard.
      onError: (err, tries) =>
        logger.warn({ err, run: runId, task: key, tries }, 'the engine did not take a task; it is handed out again'),
    });
    await over.catch(() => undefined);
    if (signal.aborted) return;
    settled.add(key);
    onSettled();
  }

  return {
    settled,
    want(tasks) {
      const wanted = new Map(tasks.map((task) => [childKey(task.stage, task.node, task.attempt), task]));
      for (const [key, trying] of begun) if (!wanted.has(key)) trying.abort();
      for (const [key, task] of wanted) {
        if (begun.has(key)) continue;
        const trying = new AbortController();
        begun.set(key, trying);
        handOut(task, key, trying.signal).catch((error: unknown) => {
          if (!trying.signal.aborted) logger.error({ err: error, run: runId, task: key }, 'handing out a task failed');
        });
      }
    },
    stop() {
      for (const trying of begun.values()) trying.abort();
    },
  };
}
