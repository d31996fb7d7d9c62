import { expect, it } from 'vitest';
import { insist } from './insist.ts';

const failing = (times: number) => {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new Error(`try ${calls}`);
    return calls;
  };
};

it('tries until it succeeds, and tells of each failure', async () => {
  const told: [string, number][] = [];
  const onError = (error: unknown, tries: number) => told.push([(error as Error).message, tries]);
  const { signal } = new AbortController();
  expect(await insist(failing(3), { retryMs: 1, signal, onError })).toBe(4);
  expect(told).toEqual([
    ['try 1', 1],
    ['try 2', 2],
    ['try 3', 3],
  ]);
});

it('ends with the first final error', async () => {
  const isFinal = (error: unknown) => (error as Error).message === 'try 2';
  const { signal } = new AbortController();
  await expect(insist(failing(9), { retryMs: 1, signal, onError: () => undefined, isFinal })).rejects.toThrow('try 2');
});

it.each([
  ['a try that hangs', () => new Promise<never>(() => undefined)],
  ['the wait between two tries', () => Promise.reject(new Error('away'))],
])('an abort ends %s', async (_, work) => {
  const controller = new AbortController();
  const insisting = insist(work, { retryMs: 3_600_000, signal: controller.signal, onError: () => undefined });
  setImmediate(() => controller.abort(new Error('over')));
  await expect(insisting).rejects.toThrow(/over|aborted/);
});
