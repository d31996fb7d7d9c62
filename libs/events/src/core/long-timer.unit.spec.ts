import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LONGEST_TIMER_MS, startLongTimer } from './long-timer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([0, 1, 1000, LONGEST_TIMER_MS, LONGEST_TIMER_MS + 1, 30 * 86_400_000, 3 * LONGEST_TIMER_MS])(
  'a timer of %d ms fires then, once, and not before',
  (delayMs) => {
    const fired = vi.fn();
    startLongTimer(fired, delayMs);
    if (delayMs > 0) vi.advanceTimersByTime(delayMs - 1);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('a cancelled timer never fires, also after it was armed again', () => {
  const fired = vi.fn();
  const timer = startLongTimer(fired, 3 * LONGEST_TIMER_MS);
  vi.advanceTimersByTime(2 * LONGEST_TIMER_MS);
  timer.cancel();
  timer.cancel();
  vi.advanceTimersByTime(2 * LONGEST_TIMER_MS);
  expect(fired).not.toHaveBeenCalled();
});

test('an endless timer does not fire', () => {
  const fired = vi.fn();
  const timer = startLongTimer(fired, Infinity);
  vi.advanceTimersByTime(3 * LONGEST_TIMER_MS);
  expect(fired).not.toHaveBeenCalled();
  timer.cancel();
});
