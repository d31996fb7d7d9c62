import { expect, it } from 'vitest';
import type { LetterState } from '../bus/dead-letters.ts';
import { OpenLetters } from './open-letters.ts';

/** A stream of letters, of which each entry is read once. */
function letters() {
  let entries: { subject: string; sequence: number; state: LetterState }[] = [];
  let last = 0;
  const reads: number[] = [];
  const open = new OpenLetters({
    entries: async (after = 0) => {
      const found = entries.filter(({ sequence }) => sequence > after);
      reads.push(found.length);
      return found.map(({ state, ...entry }) => ({
        ...entry,
        ...{ headers: { 'dead-state': state }, body: new Uint8Array(), storedAt: 0 },
      }));
    },
    subjects: async () => [...new Set(entries.map(({ subject }) => subject))],
  });
  const add = (consumer: string, number: number, state: LetterState) =>
    entries.push({ subject: `dead.service.${consumer}.events.${number}`, sequence: (last += 1), state });
  const expire = (before: number) => (entries = entries.filter(({ sequence }) => sequence >= before));
  return { add, expire, reads, count: async () => Object.fromEntries(await open.byConsumer()) };
}

it('counts what waits for somebody, reads each entry once, and forgets what is too old', async () => {
  const { add, expire, reads, count } = letters();
  expect(await count()).toEqual({});
  add('a', 1, 'parked');
  add('a', 2, 'parked');
  add('b', 1, 'parked');
  expect(await count()).toEqual({ a: 2, b: 1 });
  add('a', 1, 'redriven');
  add('b', 1, 'dropped');
  expect(await count()).toEqual({ a: 2 });
  add('a', 1, 'handled');
  expect(await count()).toEqual({ a: 1 });
  expire(6);
  expect(await count()).toEqual({});
  expect(reads).toEqual([0, 3, 2, 1, 0]);
});
