import type { AnyRecorded, EventBus, Progress } from '@benchbus/events';
import { stateOfRejection } from '../domain/rejection.ts';
import type { SuiteState } from '../domain/suite-results.ts';
import { SuiteScope } from '../domain/suite-scope.ts';
import type { OnWaiting } from './watch-waiting.ts';
import { watchWaiting } from './watch-waiting.ts';

export type FinalState = Extract<SuiteState, 'completed' | 'failed' | 'cancelled' | 'rejected'>;

const FINAL: Partial<Record<AnyRecorded['name'], FinalState>> = {
  SuiteCompleted: 'completed',
  SuiteFailed: 'failed',
  SuiteCancelled: 'cancelled',
};

export interface WatchOptions {
  readonly suiteId: string;
  /** Sequence of its first event. */
  readonly from: number;
  readonly onEvent: (event: AnyRecorded) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Why a run does not go on, whenever that changes. */
  readonly onWaiting: OnWaiting;
  readonly signal: AbortSignal;
}

/** Follows a suite until it is over; progress as it comes. @throws the signal's reason */
export async function watchSuite(bus: EventBus, options: WatchOptions): Promise<FinalState> {
  const { suiteId, from, onEvent, onProgress, onWaiting, signal } = options;
  const over = Promise.withResolvers<FinalState>();
  over.promise.catch(() => undefined); // rejected before anybody waits, if aborted early
  const onAbort = (): void => over.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const scope = new SuiteScope(suiteId);
  const progress = await bus.telemetry.watchProgress(
    '*',
    (line) => void (scope.hasRun(line.runId) && onProgress(line)),
  );
  const following = await bus.log.follow({
    from,
    onTooNew: (error) => void (scope.mayConcern(error.subject) && over.reject(error)),
    onEvent: (event) => {
      if (!scope.concerns(event)) return;
      onEvent(event);
      if (event.correlation !== suiteId) return;
      const final = event.name === 'SuiteRejected' ? stateOfRejection(event.data.problems) : FINAL[event.name];
      if (final) over.resolve(final);
    },
  });
  // Beside the events: what other suites hold may be the reason, and all of the log has to be read for it.
  const waiting = watchWaiting(bus, suiteId, onWaiting);
  waiting.catch(() => undefined); // the connection is closed: the caller hears of that from the events
  try {
    return await over.promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all([following.stop(), progress.stop(), waiting.then(({ stop }) => stop()).catch(() => undefined)]);
  }
}
