/** Blocks of a pool by number, from the first to the last. */
export type Span = readonly [first: number, last: number];

/** Blocks that are to be left out: as few spans as can be, in order. Costs what there are of ranges, however much they cover. */
export class Spans {
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];

  constructor(spans: readonly Span[]) {
    for (const [first, last] of spans.toSorted((a, b) => a[0] - b[0])) {
      const end = this.#lasts.length - 1;
      const before = this.#lasts[end];
      if (before !== undefined && first <= before + 1) this.#lasts[end] = Math.max(before, last);
      else {
        this.#firsts.push(first);
        this.#lasts.push(last);
      }
    }
  }

  /** The last block of the span that the block is in; undefined: it is in none. O(log n). */
  endAt(index: number): number | undefined {
    let [low, high] = [0, this.#firsts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#firsts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    const last = this.#lasts[low - 1];
    return last !== undefined && index <= last ? last : undefined;
  }

  *[Symbol.iterator](): Generator<Span> {
    for (const [place, first] of this.#firsts.entries()) yield [first, this.#lasts[place] ?? first];
  }
}
