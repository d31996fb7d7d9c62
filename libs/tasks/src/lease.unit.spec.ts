import { afterEach, expect, it, vi } from 'vitest';
import { holdLease } from './lease.ts';

afterEach(() => void vi.useRealTimers());

it.each([-3_600_000, 3_600_000])(
  'a wall clock set by %i ms changes neither what is asked for nor how long',
  async (step) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const over = new AbortController();
    const asked: string[] = [];
    const extend = (by: string) => {
      asked.push(by);
      vi.setSystemTime(Date.now() + step);
      if (asked.length === 3) over.abort();
      return Promise.resolve();
    };
    const times = { limitMs: 60_000, retryMs: 1, leaseMs: 1_000, renewEveryMs: 20 };
    await holdLease({ extend, ...times, signal: AbortSignal.any([over.signal, AbortSignal.timeout(10_000)]) });
    expect(asked).toEqual(['1s', '1s', '1s']);
  },
);
