import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Observation } from './observation.ts';
import { validityOf } from './validity.ts';

const quiet: Observation = {
  measuredSeconds: 60,
  longestGapSeconds: 1.1,
  client: { usedCores: 0.6, availableCores: 2 },
  host: { stealShare: 0.001, foreignShare: 0.02 },
  coTenants: [],
  before: { cpuMs: 100, diskMs: 0.5 },
  after: { cpuMs: 104, diskMs: 1.4 },
};

describe('a measurement', () => {
  it('on a quiet host with a client that has room is valid', () => {
    expect(validityOf(quiet)).toEqual({ verdict: 'valid', reasons: [] });
  });

  it('of which nothing is known is valid: nothing speaks against it', () => {
    const { measuredSeconds, longestGapSeconds } = quiet;
    const unknown = { measuredSeconds, longestGapSeconds, client: { availableCores: 1 }, host: {}, coTenants: [] };
    expect(validityOf(unknown).verdict).toBe('valid');
  });

  it.each<[string, Partial<Observation>, RegExp]>([
    ['client saturated', { client: { usedCores: 1.95, availableCores: 2 } }, /1\.95 cores of the 2\.00 cores/],
    ['noisy host', { host: { stealShare: 0.12 } }, /12 %/],
    ['noisy host', { host: { throttledShare: 0.2 } }, /quota .* 20 %/],
    ['client saturated', { client: { usedCores: 0.1, availableCores: 2, throttledShare: 0.3 } }, /CPU limit in 30 %/],
    ['noisy host', { host: { foreignShare: 0.4 } }, /40 %.*not of this run/],
    ['noisy host', { coTenants: [{ run: 'other-1', usedCores: 0.7 }] }, /run other-1 used 0\.70 cores/],
    ['noisy host', { after: { cpuMs: 260, diskMs: 0.5 } }, /CPU probe took 100 ms before and 260 ms after/],
    ['noisy host', { before: { cpuMs: 260, diskMs: 0.5 }, after: { cpuMs: 100, diskMs: 0.5 } }, /CPU probe/],
    ['noisy host', { after: { cpuMs: 100, diskMs: 9 } }, /disk probe/],
    ['interrupted', { longestGapSeconds: 12 }, /for 12 s/],
  ])('is invalid, %s, with figures: %o', (reason, change, detail) => {
    const { verdict, reasons } = validityOf({ ...quiet, ...change });
    expect(verdict).toBe('invalid');
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.reason).toBe(reason);
    expect(reasons[0]?.detail).toMatch(detail);
  });

  it('says all that speaks against it, and nothing else than its limits decides', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (usedCores, stealShare, foreignShare) => {
        const seen = { ...quiet, client: { usedCores, availableCores: 1 }, host: { stealShare, foreignShare } };
        const wanted =
          Number(usedCores >= DEFAULT_LIMITS.clientBusyShare) +
          Number(stealShare > DEFAULT_LIMITS.stealShare) +
          Number(foreignShare > DEFAULT_LIMITS.foreignShare);
        expect(validityOf(seen).reasons).toHaveLength(wanted);
      }),
    );
  });
});
