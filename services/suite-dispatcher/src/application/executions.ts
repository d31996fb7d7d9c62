import { runExecution, type Questions } from '@benchbus/events';

export interface Executions {
  /**
   * Does the work as one execution of a run, and says so to whoever asks. Where the engine begins another execution of the
   * run here, it has forgotten this one: the signal aborts.
   */
  during(runId: string, executionId: string, work: (superseded: AbortSignal) => Promise<void>): Promise<void>;
}

/** What this process executes. */
export function createExecutions(questions: Pick<Questions, 'answer'>): Executions {
  const running = new Map<string, AbortController>();
  return {
    async during(runId, executionId, work) {
      running.get(runId)?.abort(new Error(`the engine has begun another execution of run ${runId}`));
      const own = new AbortController();
      running.set(runId, own);
      try {
        const answering = await questions.answer(runExecution(executionId), () => Promise.resolve({ runId }));
        await work(own.signal).finally(() => answering.stop());
      } finally {
        if (running.get(runId) === own) running.delete(runId);
      }
    },
  };
}
