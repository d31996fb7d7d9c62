import { expect, test } from 'vitest';
import { nextDelay } from './due.ts';

test('the earliest due time counts, the past is now, nothing is nothing', () => {
  expect(nextDelay([null, 150, 120], 100)).toBe(20);
  expect(nextDelay([50, 120], 100)).toBe(0);
  expect(nextDelay([null, null], 100)).toBeNull();
});

test('no delay is longer than a timer can hold', () => {
  expect(nextDelay([1e15], 0)).toBe(2 ** 31 - 1);
});
