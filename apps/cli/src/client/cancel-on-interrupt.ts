import type { EventBus } from '@benchbus/events';
import { requestCancel } from './cancel-suite.ts';

export interface InterruptCancel {
  /** Aborts when the cancel is in REQUESTS: from then on the suite ends, whoever is there or comes. */
  readonly requested: AbortSignal;
  /** Aborts with the error when it could not be published. */
  readonly failed: AbortSignal;
  /** Resolves when what Ctrl-C began is published; at once without Ctrl-C. Rejects when it could not be. */
  settled(): Promise<void>;
  dispose(): void;
}

/** Publishes the suite's cancel at the first Ctrl-C; `say` is called before. */
export function cancelOnInterrupt(
  bus: EventBus,
  suiteId: string,
  interrupted: AbortSignal,
  say: () => void,
): InterruptCancel {
  const [requested, failed] = [new AbortController(), new AbortController()];
  let publishing: Promise<void> = Promise.resolve();
  const cancel = (): void => {
    say();
    publishing = requestCancel(bus, suiteId, 'interrupted by the user');
    publishing.then(
      () => requested.abort(new Error('cancelled')),
      (error: unknown) => failed.abort(error),
    );
  };
  interrupted.addEventListener('abort', cancel, { once: true });
  if (interrupted.aborted) cancel();
  return {
    requested: requested.signal,
    failed: failed.signal,
    settled: () => publishing,
    dispose: () => interrupted.removeEventListener('abort', cancel),
  };
}
