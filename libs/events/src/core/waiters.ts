import { BenchbusError, WaitTimeout } from '../bus/errors.ts';
import type { WaitOptions } from '../bus/event-log.ts';
import { subjectMatches } from '../bus/subjects.ts';
import { startLongTimer } from './long-timer.ts';

interface Waiter {
  readonly subjects: readonly string[];
  readonly wake: () => void;
  readonly abort: (error: unknown) => void;
}

/** How soon a probe is repeated after it could not reach the server: a bounded exception to "no polling", for reads that failed. */
const UNREACHABLE_RETRY_MS = 1000;

/** Everybody who waits on this bus, woken by one shared follower. */
export class Waiters {
  readonly #waiters = new Set<Waiter>();
  #closed: Error | undefined;

  get size(): number {
    return this.#waiters.size;
  }

  /** An event of `subject` was seen. */
  notify(subject: string): void {
    for (const waiter of this.#waiters) {
      if (waiter.subjects.some((filter) => subjectMatches(filter, subject))) waiter.wake();
    }
  }

  /** Something may have been missed: the connection was away. */
  notifyAll(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }

  close(): void {
    this.#closed = new BenchbusError({ code: 'BUS_CLOSED', message: 'the bus was closed' });
    for (const waiter of this.#waiters) waiter.abort(this.#closed);
  }

  /** `ready` resolves when the shared follower sees what is appended from now on; only then is the probe asked. */
  async wait<T>(
    subjects: readonly string[],
    probe: () => Promise<T | undefined>,
    ready: () => Promise<void>,
    { signal, timeoutMs, what }: WaitOptions,
  ): Promise<T> {
    let ended: { readonly error: unknown } | undefined;
    let dirty = false;
    let wake: () => void = () => undefined;
    let abort: (error: unknown) => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = (error) => {
        ended ??= { error };
        reject(ended.error);
      };
    });
    aborted.catch(() => undefined);
    const waiter: Waiter = {
      subjects,
      wake: () => {
        dirty = true;
        wake();
      },
      abort,
    };
    const onAbort = () => abort(signal?.reason);
    const timer =
      timeoutMs === undefined ? undefined : startLongTimer(() => abort(new WaitTimeout(what, timeoutMs)), timeoutMs);
    let retry: NodeJS.Timeout | undefined;
    this.#waiters.add(waiter);
    signal?.addEventListener('abort', onAbort);
    try {
      signal?.throwIfAborted();
      if (this.#closed !== undefined) throw this.#closed;
      for (;;) {
        try {
          await Promise.race([ready(), aborted]);
          // Whatever is seen while the probe runs makes it run once more: coalesced, never twice at a time.
          dirty = false;
          const answer = await Promise.race([probe(), aborted]);
          if (answer !== undefined) return answer;
        } catch (error) {
          if (ended !== undefined || !(error instanceof BenchbusError) || error.code !== 'NATS_UNREACHABLE')
            throw error;
          retry = setTimeout(waiter.wake, UNREACHABLE_RETRY_MS);
        }
        if (dirty) continue;
        const woken = new Promise<void>((resolve) => (wake = resolve));
        await Promise.race([woken, aborted]);
        clearTimeout(retry);
      }
    } finally {
      timer?.cancel();
      clearTimeout(retry);
      signal?.removeEventListener('abort', onAbort);
      this.#waiters.delete(waiter);
    }
  }
}
