import type { Run, RunPatch } from './run.ts';

/** Hatchet `SERVER_MAX_INTERNAL_RETRY_COUNT`. */
export const MAX_INTERNAL_RETRIES = 10;
const DEFAULT_BACKOFF_MAX_SECONDS = 86_400;

export interface RetryPolicy {
  readonly retries: number;
  readonly backoffFactor?: number | undefined;
  readonly backoffMaxSeconds?: number | undefined;
}

type Counters = Pick<Run, 'retryCount' | 'appRetries' | 'internalRetries'>;

/** `again`: re-queue now (`delayMs` 0) or after the delay, with the raised counters; `fail`: terminal. */
export type RetryDecision =
  { readonly kind: 'again'; readonly delayMs: number; readonly patch: RunPatch } | { readonly kind: 'fail' };

/** After a FAILED event or an execution timeout. Total attempts = retries + 1. */
export function afterAppFailure(run: Counters, policy: RetryPolicy, nonRetryable: boolean): RetryDecision {
  if (nonRetryable || run.appRetries >= policy.retries) return { kind: 'fail' };
  const appRetries = run.appRetries + 1;
  return {
    kind: 'again',
    delayMs: backoffMs(policy, appRetries),
    patch: { retryCount: run.retryCount + 1, appRetries },
  };
}

/** After the loss of the worker: independent of the task's `retries`, without back-off. */
export function afterWorkerLoss(run: Counters): RetryDecision {
  if (run.internalRetries >= MAX_INTERNAL_RETRIES) return { kind: 'fail' };
  return {
    kind: 'again',
    delayMs: 0,
    patch: { retryCount: run.retryCount + 1, internalRetries: run.internalRetries + 1 },
  };
}

/** factor ^ n seconds for the n-th retry, capped; 0 without a factor. No jitter. */
function backoffMs(policy: RetryPolicy, retry: number): number {
  if (policy.backoffFactor === undefined) return 0;
  const cap = policy.backoffMaxSeconds ?? DEFAULT_BACKOFF_MAX_SECONDS;
  return Math.round(Math.min(cap, policy.backoffFactor ** retry) * 1_000);
}
