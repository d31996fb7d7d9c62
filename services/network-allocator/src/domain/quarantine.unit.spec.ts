import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_QUARANTINE_MS, Quarantine } from './quarantine.ts';

/** As simply as can be said. */
class Naive {
  entries: [number, number][] = [];
  latest = -1;
  put(index: number, at: number): void {
    if (this.entries.some(([one]) => one === index)) return;
    this.latest = Math.max(at, this.latest);
    this.entries.push([index, this.latest]);
  }
  putBack(index: number, at: number): void {
    if (this.entries.some(([one]) => one === index)) return;
    this.latest = Math.max(at, this.latest);
    const place = this.entries.filter(([, time]) => time <= at).length;
    this.entries.splice(place, 0, [index, at]);
  }
  take(index: number): void {
    this.entries = this.entries.filter(([one]) => one !== index);
  }
}

it('does what a list would do, whichever is put in, put back and taken', () => {
  const step = fc.tuple(fc.constantFrom('put', 'putBack', 'take', 'overlong'), fc.nat(30), fc.nat(40));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.nat(60), (steps, until) => {
      const [quarantine, naive] = [new Quarantine(), new Naive()];
      let now = 0;
      for (const [what, index, value] of steps) {
        if (what === 'put') {
          now += value % 3;
          quarantine.put(index, now);
          naive.put(index, now);
        } else if (what === 'putBack') {
          quarantine.putBack([[index, value]]);
          naive.putBack(index, value);
        } else if (what === 'take') {
          expect(quarantine.take(index)).toBe(naive.entries.find(([one]) => one === index)?.[1]);
          naive.take(index);
        } else {
          const [first] = naive.entries;
          const isOver = first !== undefined && first[1] <= value;
          expect(quarantine.takeOverlong(value + LONGEST_QUARANTINE_MS)).toBe(isOver ? first[0] : undefined);
          if (isOver) naive.take(first[0]);
        }
        expect(quarantine.entries()).toEqual(naive.entries);
        const leaving = naive.entries.filter(([, time]) => time <= until);
        expect([...quarantine.until(until)]).toEqual(leaving.map(([one]) => one));
        expect([quarantine.size, quarantine.leaving(until)]).toEqual([naive.entries.length, leaving.length]);
        expect(quarantine.firstAfter(until)).toBe(naive.entries.find(([, time]) => time > until)?.[1]);
      }
    }),
    { numRuns: 300 },
  );
});
