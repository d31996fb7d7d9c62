import { isPermanent, problemOf, type EventLog } from '@benchbus/events';
import { insist } from '@benchbus/tasks';
import type { Logger } from 'pino';
import { failRun } from './fail-run.ts';

export interface ExecuteOrFailOptions {
  readonly runId: string;
  readonly log: EventLog;
  /** Between two tries, in ms. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** No other try mends it: it says so itself, or it is a defect of this program. */
const isHopeless = (error: unknown): boolean => isPermanent(error) || error instanceof TypeError;

/**
 * Executes until it succeeds: tried again here, not by the engine, which while it is away would not hear of a failure. What no
 * other try mends fails the run, so that its suite goes on.
 */
export async function executeOrFail(execute: () => Promise<void>, options: ExecuteOrFailOptions): Promise<void> {
  const { runId, log, retryMs, signal, logger } = options;
  const onError = (err: unknown) => logger.warn({ err, run: runId }, 'executing a run failed; it goes on from the log');
  try {
    await insist(execute, { retryMs, signal, onError, isFinal: isHopeless });
  } catch (error) {
    signal.throwIfAborted();
    logger.error({ err: error, run: runId }, 'executing a run failed for good');
    await insist(() => failRun(log, runId, problemOf(error)), { retryMs, signal, onError, isFinal: isHopeless });
  }
}
