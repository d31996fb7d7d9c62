import { expect, test } from 'vitest';
import { afterAppFailure, afterWorkerLoss, MAX_INTERNAL_RETRIES } from './retry.ts';

const fresh = { retryCount: 0, appRetries: 0, internalRetries: 0 };

test('retries + 1 attempts, counted apart from worker losses', () => {
  expect(afterAppFailure({ ...fresh, retryCount: 7 }, { retries: 1 }, false)).toEqual({
    kind: 'again',
    delayMs: 0,
    patch: { retryCount: 8, appRetries: 1 },
  });
  expect(afterAppFailure({ ...fresh, appRetries: 1 }, { retries: 1 }, false)).toEqual({ kind: 'fail' });
});

test('a non-retryable failure is final', () => {
  expect(afterAppFailure(fresh, { retries: 5 }, true)).toEqual({ kind: 'fail' });
});

test.each([
  [2, undefined, 0, 2_000],
  [2, undefined, 2, 8_000],
  [2, 5, 2, 5_000],
  [10, undefined, 9, 86_400_000],
  [1.5, undefined, 1, 2_250],
])(
  'back-off of factor %s, cap %s, after %s retries: %s ms',
  (backoffFactor, backoffMaxSeconds, appRetries, delayMs) => {
    const policy = { retries: 99, backoffFactor, backoffMaxSeconds };
    expect(afterAppFailure({ ...fresh, appRetries }, policy, false)).toMatchObject({ delayMs });
  },
);

test('a lost worker costs an internal retry, at most ten, without delay', () => {
  expect(afterWorkerLoss(fresh)).toEqual({ kind: 'again', delayMs: 0, patch: { retryCount: 1, internalRetries: 1 } });
  expect(afterWorkerLoss({ ...fresh, internalRetries: MAX_INTERNAL_RETRIES })).toEqual({ kind: 'fail' });
});
