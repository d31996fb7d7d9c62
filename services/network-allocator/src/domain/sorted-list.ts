/** What the entries of a list are ordered by: a number, then the place in the log, which no two share. */
export type Rank = readonly [key: number, sequence: number];

interface Entry<T> {
  readonly rank: Rank;
  readonly value: T;
}

const isBefore = (a: Rank, b: Rank): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

/** Values in order of their ranks. Most come last and leave first; finding one costs O(log n). */
export class SortedList<T> implements Iterable<T> {
  readonly #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  get first(): T | undefined {
    return this.#entries[0]?.value;
  }

  add(rank: Rank, value: T): void {
    const index = this.#indexOf(rank);
    if (this.#holds(index, rank)) this.#entries[index] = { rank, value };
    else this.#entries.splice(index, 0, { rank, value });
  }

  /** False if there is none of this rank. */
  delete(rank: Rank): boolean {
    const index = this.#indexOf(rank);
    if (!this.#holds(index, rank)) return false;
    this.#entries.splice(index, 1);
    return true;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const { value } of this.#entries) yield value;
  }

  #holds(index: number, [key, sequence]: Rank): boolean {
    const found = this.#entries[index]?.rank;
    return found !== undefined && found[0] === key && found[1] === sequence;
  }

  /** Of the first entry that is not before it. */
  #indexOf(rank: Rank): number {
    const last = this.#entries.at(-1);
    if (last === undefined || isBefore(last.rank, rank)) return this.#entries.length;
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && isBefore(entry.rank, rank)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
