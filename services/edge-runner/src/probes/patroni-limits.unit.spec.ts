import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replacedByPatroni, timingInEffect } from './patroni-limits.ts';

describe('timingInEffect', () => {
  const short = { ttl: 6, loopWait: 1, retryTimeout: 2 };

  it('is what was given before Patroni raised it', () => {
    expect(timingInEffect(short, '3.0.2')).toEqual(short);
  });

  it('is at least 20 and 3 since, as measured', () => {
    expect(timingInEffect(short, '4.0.7')).toEqual({ ttl: 20, loopWait: 1, retryTimeout: 3 });
    expect(timingInEffect({ ttl: 20, loopWait: 10, retryTimeout: 10 }, '4.0.7')).toEqual({
      ttl: 20,
      loopWait: 1,
      retryTimeout: 9,
    });
    expect(timingInEffect({ ttl: 20, loopWait: 10, retryTimeout: 8 }, '4.0.7')).toEqual({
      ttl: 20,
      loopWait: 4,
      retryTimeout: 8,
    });
  });

  it("keeps Patroni's rule, and what keeps it already", () => {
    const seconds = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.record({ ttl: seconds, loopWait: seconds, retryTimeout: seconds }), (given) => {
        const { ttl, loopWait, retryTimeout } = timingInEffect(given, '4.1');
        expect(loopWait + 2 * retryTimeout).toBeLessThanOrEqual(ttl);
        expect(Math.min(loopWait, 1)).toBe(1);
        expect(timingInEffect({ ttl, loopWait, retryTimeout }, '4.1')).toEqual({ ttl, loopWait, retryTimeout });
      }),
    );
  });
});

describe('replacedByPatroni', () => {
  it.each([
    ['max_connections', '24', true],
    ['max_connections', '25', false],
    ['wal_keep_size', '1MB', true],
    ['wal_keep_size', '1GB', false],
    ['wal_level', 'minimal', true],
    ['wal_level', 'logical', false],
    ['work_mem', '1', false],
  ])('%s = %s: %s', (name, asked, is) => expect(replacedByPatroni(name, asked)).toBe(is));
});
