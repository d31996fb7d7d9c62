import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface ShutdownSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Begins the shutdown as a signal would. */
  begin(reason: string): void;
}

/** First SIGTERM or SIGINT: asks to end. Second: the process ends at once, with 128 + the signal's number. */
export function watchShutdownSignals(): ShutdownSignals {
  const controller = new AbortController();
  const begin = (reason: string): void => controller.abort(new Error(reason));
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
      begin(name);
    });
  }
  return { signal: controller.signal, begin };
}
