import { expect, it } from 'vitest';
import { keepMs } from './keep.ts';

it('keeps what the suite says, and never a cancelled run', () => {
  const outcomes = ['completed', 'failed', 'cancelled'] as const;
  const kept = (when: 'never' | 'on-failure' | 'always') => outcomes.map((ended) => keepMs({ when, forMs: 7 }, ended));
  expect([kept('never'), kept('on-failure'), kept('always')]).toEqual([
    [0, 0, 0],
    [0, 7, 0],
    [7, 7, 0],
  ]);
});
