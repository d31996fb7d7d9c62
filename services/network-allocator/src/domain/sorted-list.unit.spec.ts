import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedList, type Rank } from './sorted-list.ts';

it('holds what was added and not deleted, in order of the ranks', () => {
  const step = fc.record({ key: fc.nat({ max: 5 }), sequence: fc.nat({ max: 20 }), isAdd: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const [list, naive] = [new SortedList<string>(), new Map<string, Rank>()];
      for (const { key, sequence, isAdd } of steps) {
        const [rank, name]: [Rank, string] = [[key, sequence], `${key} ${sequence}`];
        if (isAdd) {
          list.add(rank, name);
          naive.set(name, rank);
        } else expect(list.delete(rank)).toBe(naive.delete(name));
      }
      const sorted = [...naive].sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1]).map(([name]) => name);
      expect([...list]).toEqual(sorted);
      expect([list.size, list.first]).toEqual([sorted.length, sorted[0]]);
    }),
  );
});
