import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairOrder, type Waiting } from './fair-order.ts';

const queue = (text: string): Waiting[] =>
  [...text].map((letter, index) => ({
    suiteId: letter.toUpperCase(),
    sequence: index + 1,
    sharing: letter === letter.toUpperCase() ? 'exclusive' : 'allowed',
  }));
const order = (text: string, served: Record<string, number> = {}): string =>
  fairOrder(queue(text), (suiteId) => served[suiteId] ?? 0)
    .map(({ suiteId, sharing }) => (sharing === 'exclusive' ? suiteId : suiteId.toLowerCase()))
    .join('');

it('lets suites take turns, whatever they ask for', () => {
  expect(order('AAAAB')).toBe('ABAAA');
  expect(order('AAABBC')).toBe('ABCABA');
  // A has just got a host: the others first.
  expect(order('AAABBC', { A: 9 })).toBe('BCABAA');
  // B got one before C came.
  expect(order('ABC', { A: 5, B: 2 })).toBe('BCA');
});

it('serves runs that share in the order of their coming, in their places', () => {
  expect(order('aabba')).toBe('aabba');
  expect(order('AaAbB')).toBe('AaBbA');
});

it('drops nobody, and makes nobody wait for ever: who stays is served after as many turns as there are suites', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...'ABCDabcd'), { maxLength: 60 }), (letters) => {
      const all = queue(letters.join(''));
      const served = new Map<string, number>();
      let now = all.length;
      let left = all;
      const waitedFor = new Map<string, number>();
      while (left.some(({ sharing }) => sharing === 'exclusive')) {
        const ordered = fairOrder(left, (suiteId) => served.get(suiteId) ?? 0);
        expect(new Set(ordered)).toEqual(new Set(left));
        const next = ordered.find(({ sharing }) => sharing === 'exclusive');
        if (next === undefined) throw new Error('unreachable');
        served.set(next.suiteId, (now += 1));
        left = left.filter((one) => one !== next);
        waitedFor.delete(next.suiteId);
        const waiting = new Set(left.filter((one) => one.sharing === 'exclusive').map(({ suiteId }) => suiteId));
        waiting.delete(next.suiteId);
        for (const suiteId of waiting) {
          waitedFor.set(suiteId, (waitedFor.get(suiteId) ?? 0) + 1);
          expect(waitedFor.get(suiteId), suiteId).toBeLessThanOrEqual(3);
        }
      }
    }),
  );
});
