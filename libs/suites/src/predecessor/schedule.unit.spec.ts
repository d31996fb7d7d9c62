import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron } from '../rules/cron.ts';
import { toCron } from './schedule.ts';

describe("a predecessor's schedule", () => {
  it.each([
    ['0 3 * * *', '0 3 * * *'],
    [' */15  0-6 1,15 * MON-FRI ', '*/15 0-6 1,15 * MON-FRI'],
    ['@daily', '0 0 * * *'],
    ['@Weekly', '0 0 * * 0'],
    ['0 3 ? * *', '0 3 * * *'],
  ])('%s is %s, and nothing is to be said', (given, cron) => expect(toCron(given)).toEqual({ cron }));

  it.each([
    ['0 0 3 * * *', '0 3 * * *', /without its seconds$/],
    ['0 0 3 * * ? 2026', '0 3 * * *', /seconds and year$/],
    ['@every 1h', '0 * * * *', /fixed times/],
    ['@every 15m', '*/15 * * * *', /fixed times/],
    ['@every 24h', '0 0 * * *', /fixed times/],
    ['@every 90m', '0 * * * *', /nearest/],
    ['@every 30s', '* * * * *', /nearest/],
    ['@every 1h30m0.5s', '0 * * * *', /nearest/],
    ['@every 10000h', '0 0 1 * *', /nearest/],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', '0 3 * * *', /in UTC, without CRON_TZ=Europe\/Berlin$/],
  ])('%s becomes %s, with a note', (given, cron, note) => {
    const found = toCron(given);
    expect(found.cron).toBe(cron);
    expect(found.changed).toMatch(note);
    expect(isCron(cron)).toBe(true);
  });

  it.each([
    'daily',
    '__proto__',
    '@reboot',
    '@every',
    '@every 1d',
    '@every 0s',
    '99 * * * *',
    '* * * *',
    '1 2 3 4 5 6 7 8',
  ])('%s stays none', (given) => expect(isCron(toCron(given).cron)).toBe(false));

  it('of any period is five fields', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 8 }), (seconds) => {
        expect(isCron(toCron(`@every ${seconds}s`).cron)).toBe(true);
      }),
    );
  });
});
