import { setTimeout as delay } from 'node:timers/promises';
import { GRPC, grpcCode } from './grpc-code.ts';
import { insist } from './insist.ts';

/**
 * A task holds its execution by a lease: an execution timeout that is short, and moved on while somebody works on it. What
 * nobody works on (its report was lost in an outage, its start never arrived) the engine gives out again when that is over.
 */
export const LEASE_MS = 5 * 60_000;
/** The execution timeout of every task of ours, as the engine wants it. */
export const EXECUTION_TIMEOUT = `${LEASE_MS / 60_000}m` as const;
const RENEW_EVERY_MS = 60_000;
/** The engine does not know it as being executed: it has given it to somebody else, or ended it. */
const LOST: readonly (number | undefined)[] = [GRPC.notFound, GRPC.failedPrecondition];

export interface LeaseOptions {
  /** Moves the execution timeout on by this; fails while the engine is away. */
  readonly extend: (by: `${number}s`) => Promise<void>;
  /** Not held longer than this, in ms: what hangs is ended by the engine at last. */
  readonly limitMs: number;
  /** Between two tries while the engine is away, in ms. */
  readonly retryMs: number;
  /** The execution is over. */
  readonly signal: AbortSignal;
  /** The task's execution timeout, in ms. */
  readonly leaseMs?: number;
  readonly renewEveryMs?: number;
}

/** Holds the lease of an execution that begins now, in the background; an engine that is away changes nothing for the work. */
export async function holdLease(options: LeaseOptions): Promise<void> {
  const { extend, limitMs, retryMs, signal, leaseMs = LEASE_MS, renewEveryMs = RENEW_EVERY_MS } = options;
  // Monotonic: a step of the wall clock must neither end the lease nor ask for time backwards.
  const began = performance.now();
  let granted = leaseMs;
  const renew = async (): Promise<void> => {
    // Whole seconds are what the engine counts in; what an outage kept from it is caught up.
    const seconds = Math.ceil((performance.now() - began + leaseMs - granted) / 1000);
    if (seconds <= 0) return;
    await extend(`${seconds}s`);
    granted += seconds * 1000;
  };
  const isFinal = (error: unknown): boolean => LOST.includes(grpcCode(error));
  try {
    while (performance.now() - began < limitMs) {
      await delay(renewEveryMs, undefined, { signal, ref: false });
      await insist(renew, { retryMs, signal, isFinal, onError: () => undefined });
    }
  } catch (error) {
    if (!signal.aborted && !isFinal(error)) throw error;
  }
}
