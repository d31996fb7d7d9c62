import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';
import { formatSize, parseSize } from './size.ts';

describe('durations', () => {
  it.each([
    ['5s', 5_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['30d', 2_592_000_000],
    ['0s', 0],
    ['1m1ms', 60_001],
    ['3650d', 3650 * 86_400_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '5', 's', '1.5h', '5 s', '5S', '30m1h', '1s1s', '-1s', '3651d', '999999999d', '1y'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.nat(3650 * 86_400_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('sizes', () => {
  it.each([
    ['256MB', 256e6],
    ['1GB', 1e9],
    ['4GiB', 4 * 2 ** 30],
    ['1.5GB', 1.5e9],
    ['0B', 0],
    ['1kB', 1000],
    ['1KB', 1000],
    ['2TiB', 2 ** 41],
  ])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', '5', 'GB', '1 GB', '1gb', '-1GB', '99999999999TB', '1e3MB', '1PB'])('refuses %j', (text) =>
    expect(parseSize(text)).toBeUndefined(),
  );

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });
});
