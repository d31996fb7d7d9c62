import { isPermanent, problemOf, type EventLog } from '@benchbus/events';
import { insist } from '@benchbus/tasks';
import type { Logger } from 'pino';
import { failRun } from './fail-run.ts';

export interface ExecuteOrFailOptions {
  readonly runId: string;
  readonly log: EventLog;
  /** Between two tries, in ms. */
  readonly retryMs: number;
  /** What looks like a defect (a TypeError) is one if it comes back for so long, in ms: a library that lost its connection throws them, too. Longer than any outage that is to be sat out. */
  readonly defectAfterMs: number;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Whether an error looks like a defect of this program and has been the only one for `defectAfterMs`. */
function persistentDefect({ defectAfterMs, clock }: Pick<ExecuteOrFailOptions, 'defectAfterMs' | 'clock'>) {
  let first: { readonly message: string; readonly at: number } | undefined;
  return (error: unknown): boolean => {
    if (!(error instanceof TypeError)) first = undefined;
    else if (first?.message !== error.message) first = { message: error.message, at: clock() };
    return first !== undefined && clock() - first.at >= defectAfterMs;
  };
}

/**
 * Executes until it succeeds: tried again here, not by the engine, which while it is away would not hear of a failure. What no
 * other try mends fails the run, so that its suite goes on.
 */
export async function executeOrFail(execute: () => Promise<void>, options: ExecuteOrFailOptions): Promise<void> {
  const { runId, log, retryMs, signal, logger } = options;
  const isDefect = persistentDefect(options);
  // No other try mends it: it says so itself, or by coming back.
  const isHopeless = (error: unknown) => isPermanent(error) || isDefect(error);
  const onError = (err: unknown) => logger.warn({ err, run: runId }, 'executing a run failed; it goes on from the log');
  try {
    await insist(execute, { retryMs, signal, onError, isFinal: isHopeless });
  } catch (error) {
    signal.throwIfAborted();
    logger.error({ err: error, run: runId }, 'executing a run failed for good');
    await insist(() => failRun(log, runId, problemOf(error)), { retryMs, signal, onError, isFinal: isPermanent });
  }
}
