import { isPermanent, problemOf } from '@benchbus/events';
import { insist } from '@benchbus/tasks';
import { RunnerStopping } from '../runtime/process/runner-stopping.ts';
import type { RunnerContext } from './runner-context.ts';

export type LogInsistence = Pick<RunnerContext, 'config' | 'logger' | 'stopping'>;

/**
 * Asks the log until it answers: an outage longer than the bus's patience must not lose what was done, as nobody would ask
 * for it again before the stage's timeout. The first try is not cut short, so that a runner that stops still writes.
 * @throws RunnerStopping | the signal's reason | a permanent error
 */
export async function insistOnLog<T>(
  { config, logger, stopping }: LogInsistence,
  work: () => Promise<T>,
  signal: AbortSignal = stopping,
): Promise<T> {
  const retryMs = config.BENCHBUS_LOG_RETRY_MS;
  const onError = (error: unknown) =>
    logger.warn({ ...problemOf(error), err: error, retryMs }, 'the log does not answer; asked until it does');
  try {
    return await work();
  } catch (error) {
    if (isPermanent(error)) throw error;
    onError(error);
  }
  return insist(work, { retryMs, signal, isFinal: isPermanent, onError }).catch((error: unknown) => {
    throw stopping.aborted ? new RunnerStopping() : error;
  });
}
