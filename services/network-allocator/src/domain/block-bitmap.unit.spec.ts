import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockBitmap } from './block-bitmap.ts';

/** The obvious implementation: a set, and a scan. */
class NaiveBlocks {
  readonly used = new Set<number>();
  readonly size: number;

  constructor(size: number) {
    this.size = size;
  }

  nextFree(from: number): number | undefined {
    for (let step = 0; step < this.size; step += 1) {
      const index = (from + step) % this.size;
      if (!this.used.has(index)) return index;
    }
    return undefined;
  }
}

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('occupy' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), at: fc.nat() }) },
);
const sizes = fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(32, 1023, 1024, 1025, 33_000));

describe('BlockBitmap', () => {
  it('does what a naive set does, for every sequence of takes, occupations and releases', () => {
    fc.assert(
      fc.property(sizes, fc.array(command, { maxLength: 200 }), (size, commands) => {
        const bitmap = new BlockBitmap(size);
        const naive = new NaiveBlocks(size);
        const [first = 0, last = 0] = [commands.length % size, commands[0]?.at ?? 0];
        for (const { kind, at } of commands) {
          const index = at % size;
          if (kind === 'take') {
            const free = bitmap.nextFree(index);
            expect(free).toBe(naive.nextFree(index));
            if (free === undefined) continue;
            expect(bitmap.occupy(free)).toBe(true);
            naive.used.add(free);
          } else if (kind === 'occupy') {
            expect(bitmap.occupy(index)).toBe(!naive.used.has(index));
            naive.used.add(index);
          } else {
            expect(bitmap.release(index)).toBe(naive.used.delete(index));
          }
          expect(bitmap.used).toBe(naive.used.size);
          expect(bitmap.free).toBe(size - naive.used.size);
          expect(bitmap.has(index)).toBe(naive.used.has(index));
        }
        const within = [...naive.used].filter((index) => index >= first && index <= last).sort((a, b) => a - b);
        expect([...bitmap.usedWithin(first, Math.min(last, size * 2))]).toEqual(within);
        const end = Math.max(first, Math.min(last, size - 1));
        expect(bitmap.usedCount(first, end)).toBe([...naive.used].filter((one) => one >= first && one <= end).length);
      }),
    );
  });

  it('gives every block once, then none, then each again after its release', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, seed) => {
        const bitmap = new BlockBitmap(size);
        const seen = new Set<number>();
        for (let turn = 0; turn < size; turn += 1) {
          const index = bitmap.nextFree((seed + turn * 7) % size);
          if (index === undefined) throw new Error('full too early');
          bitmap.occupy(index);
          seen.add(index);
        }
        expect(seen.size).toBe(size);
        expect(bitmap.nextFree()).toBeUndefined();
        const back = seed % size;
        bitmap.release(back);
        expect(bitmap.nextFree((back + 1) % size)).toBe(back);
      }),
      { numRuns: 30 },
    );
  });

  it('holds 2^20 blocks, and finds the only free one wherever it is', () => {
    const size = 2 ** 20;
    const bitmap = new BlockBitmap(size);
    for (let index = 0; index < size; index += 1) bitmap.occupy(index);
    expect(bitmap.free).toBe(0);
    for (const hole of [0, 31, 32, 1023, 1024, 32_767, 524_288, size - 1]) {
      bitmap.release(hole);
      expect(bitmap.nextFree(0)).toBe(hole);
      expect(bitmap.nextFree((hole + 1) % size)).toBe(hole);
      expect(bitmap.nextFree(hole)).toBe(hole);
      bitmap.occupy(hole);
    }
    expect(bitmap.nextFree()).toBeUndefined();
  });

  it('refuses what lies outside', () => {
    const bitmap = new BlockBitmap(5);
    expect([bitmap.occupy(5), bitmap.occupy(-1), bitmap.release(7), bitmap.has(5)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(() => new BlockBitmap(0)).toThrow(RangeError);
  });
});
