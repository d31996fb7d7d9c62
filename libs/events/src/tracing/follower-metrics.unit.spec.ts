import { expect, it } from 'vitest';
import { stillness } from './follower-metrics.ts';

it('a follower stands still while it has something before it and handles nothing, and no longer', () => {
  const stood = stillness();
  expect(stood(0, 0, 1_000)).toBe(0);
  expect(stood(0, 0, 50_000)).toBe(0);
  // Something comes, and is not handled. From the last look at which all was well.
  expect(stood(0, 1, 60_000)).toBe(10_000);
  expect(stood(0, 7, 120_000)).toBe(70_000);
  // Slow is not still.
  expect(stood(1, 7, 130_000)).toBe(0);
  expect(stood(2, 9, 190_000)).toBe(0);
  expect(stood(2, 9, 250_000)).toBe(60_000);
  expect(stood(9, 9, 260_000)).toBe(0);
});
