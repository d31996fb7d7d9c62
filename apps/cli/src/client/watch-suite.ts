import type { AnyRecorded, EventBus, Progress } from '@benchbus/events';
import type { SuiteState } from '../domain/suite-results.ts';

export type FinalState = Extract<SuiteState, 'completed' | 'failed' | 'cancelled'>;

const FINAL: Partial<Record<AnyRecorded['name'], FinalState>> = {
  SuiteCompleted: 'completed',
  SuiteFailed: 'failed',
  SuiteCancelled: 'cancelled',
};

export interface WatchOptions {
  readonly suiteId: string;
  /** Sequence of its SuiteAccepted. */
  readonly from: number;
  readonly onEvent: (event: AnyRecorded) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Follows a suite until it is over; progress as it comes. @throws the signal's reason */
export async function watchSuite(bus: EventBus, options: WatchOptions): Promise<FinalState> {
  const { suiteId, from, onEvent, onProgress, signal } = options;
  const over = Promise.withResolvers<FinalState>();
  over.promise.catch(() => undefined); // rejected before anybody waits, if aborted early
  const onAbort = (): void => over.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const runs = new Set<string>();
  const progress = await bus.telemetry.watchProgress('*', (line) => void (runs.has(line.runId) && onProgress(line)));
  const following = await bus.log.follow({
    from,
    onEvent: (event) => {
      if (event.correlation !== suiteId) return;
      if (event.name === 'SuiteAccepted') for (const { runId } of event.data.runs) runs.add(runId);
      onEvent(event);
      const final = FINAL[event.name];
      if (final) over.resolve(final);
    },
  });
  try {
    return await over.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all([following.stop(), progress.stop()]);
  }
}
