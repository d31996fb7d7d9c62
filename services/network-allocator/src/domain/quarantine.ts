/** Nobody can ask for a longer one: what left longer ago is an ordinary free block. */
export const LONGEST_QUARANTINE_MS = 3_600_000;

/** So many places of blocks that were taken may be left, and half of all: then they are swept away. */
const FEW = 1024;

const lowestBit = (value: number): number => value & -value;

/**
 * Released blocks, the longest released first. What an hour brings is all it holds. Putting one in, taking any out and counting
 * those released until some time cost O(log n): a block that is taken leaves its place empty, and empty places are counted in a
 * Fenwick tree and passed over by pointers to the next one that is not.
 */
export class Quarantine {
  /** By place. */
  #indexes: number[] = [];
  /** When each was released, ms since the epoch; never falling. */
  #times: number[] = [];
  /** The first place that is not empty, at or after; as far as it is known. */
  #next: number[] = [];
  /** Fenwick tree of empty places; its first is unused. */
  #empty: number[] = [0];
  #latest = Number.NEGATIVE_INFINITY;
  /** Block → its place. */
  readonly #places = new Map<number, number>();

  get size(): number {
    return this.#places.size;
  }

  /** @param at ms since the epoch; a clock that goes back counts as one that stands */
  put(index: number, at: number): void {
    if (this.#places.has(index)) return;
    this.#latest = Math.max(at, this.#latest);
    this.#append(index, this.#latest);
  }

  /** They were taken out, and go on from where they were. @param blocks each with when it was released, ms since the epoch */
  putBack(blocks: readonly (readonly [index: number, at: number])[]): void {
    const back = blocks.filter(([index]) => !this.#places.has(index));
    for (const [, at] of back) this.#latest = Math.max(at, this.#latest);
    // Sorting keeps the order of those with equal times.
    if (back.length > 0) this.#fill([...this.entries(), ...back].sort(([, a], [, b]) => a - b));
  }

  /** It is granted, or somebody else's. When it was released; undefined if it was not here. */
  take(index: number): number | undefined {
    const place = this.#places.get(index);
    if (place === undefined) return undefined;
    const time = this.#times[place];
    this.#places.delete(index);
    this.#next[place] = place + 1;
    for (let at = place + 1; at < this.#empty.length; at += lowestBit(at)) this.#empty[at] = (this.#empty[at] ?? 0) + 1;
    const empty = this.#indexes.length - this.#places.size;
    if (empty > FEW && empty * 2 > this.#indexes.length) this.#fill(this.entries());
    return time;
  }

  /** How many were released up to `time`. */
  leaving(time: number): number {
    const end = this.#after(time);
    let empty = 0;
    for (let at = end; at > 0; at -= lowestBit(at)) empty += this.#empty[at] ?? 0;
    return end - empty;
  }

  /** Those released up to `time`. */
  *until(time: number): Generator<number> {
    const end = this.#after(time);
    for (let place = this.#from(0); place < end; place = this.#from(place + 1)) yield this.#indexes[place] ?? 0;
  }

  /** When the first was released of those released after `time`. */
  firstAfter(time: number): number | undefined {
    return this.#times[this.#from(this.#after(time))];
  }

  /** The longest released, if no quarantine keeps it at `now`: it is not here any more. */
  takeOverlong(now: number): number | undefined {
    const place = this.#from(0);
    const [index, time] = [this.#indexes[place], this.#times[place]];
    if (index === undefined || time === undefined || time > now - LONGEST_QUARANTINE_MS) return undefined;
    this.take(index);
    return index;
  }

  entries(): [number, number][] {
    return [...this.until(Infinity)].map((index) => [index, this.#times[this.#places.get(index) ?? -1] ?? 0]);
  }

  #append(index: number, time: number): void {
    const place = this.#indexes.length;
    this.#indexes.push(index);
    this.#times.push(time);
    this.#next.push(place);
    this.#places.set(index, place);
    // What the new node of the tree covers, which the others know.
    const node = place + 1;
    let empty = 0;
    for (let at = node - 1; at > node - lowestBit(node); at -= lowestBit(at)) empty += this.#empty[at] ?? 0;
    this.#empty.push(empty);
  }

  #fill(entries: readonly (readonly [number, number])[]): void {
    [this.#indexes, this.#times, this.#next, this.#empty] = [[], [], [], [0]];
    this.#places.clear();
    for (const [index, time] of entries) this.#append(index, time);
  }

  /** The first place at or after that is not empty; behind the last if there is none. Shortens the way for the next who asks. */
  #from(place: number): number {
    let at = place;
    for (let next = this.#next[at]; next !== undefined && next !== at; next = this.#next[at]) {
      const further = this.#next[next];
      if (further !== undefined) this.#next[at] = further;
      at = next;
    }
    return at;
  }

  /** The first place behind all that were released up to `time`. */
  #after(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
