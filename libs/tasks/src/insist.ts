import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface Insistence {
  /** Between two tries, in ms. */
  readonly retryMs: number;
  /** Ends it; also a try that hangs. */
  readonly signal: AbortSignal;
  /** A try failed; `tries` so far. */
  readonly onError: (error: unknown, tries: number) => void;
  /** Errors that no further try mends. */
  readonly isFinal?: (error: unknown) => boolean;
}

/**
 * Does `work` until it succeeds: an engine (or a log) that is away does not announce when it is back.
 * @throws the signal's reason, or the first final error
 */
export async function insist<T>(
  work: () => Promise<T>,
  { retryMs, signal, onError, isFinal = () => false }: Insistence,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error)) throw error;
      onError(error, tries);
    }
    await delay(retryMs, undefined, { signal });
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).then(() => Promise.reject(signal.reason as Error));
  aborted.catch(() => undefined);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    over.abort();
  }
}
