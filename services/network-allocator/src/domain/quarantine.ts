/** Nobody can ask for a longer one: what left longer ago is an ordinary free block. */
export const LONGEST_QUARANTINE_MS = 3_600_000;

/** Released blocks, the longest released first. What an hour brings is all it holds. */
export class Quarantine {
  #indexes: number[] = [];
  /** When each was released, ms since the epoch; never falling. */
  #times: number[] = [];
  #head = 0;
  /** The same by block. */
  readonly #members = new Map<number, number>();

  get size(): number {
    return this.#members.size;
  }

  /** @param at ms since the epoch; a clock that goes back counts as one that stands */
  put(index: number, at: number): void {
    if (this.#members.has(index)) return;
    const time = Math.max(at, this.#times.at(-1) ?? at);
    this.#members.set(index, time);
    this.#indexes.push(index);
    this.#times.push(time);
  }

  /** It was taken out, and goes on from where it was. @param at when it was released, ms since the epoch */
  putBack(index: number, at: number): void {
    if (this.#members.has(index)) return;
    const place = this.#after(at);
    this.#members.set(index, at);
    this.#indexes.splice(place, 0, index);
    this.#times.splice(place, 0, at);
  }

  /** It is granted, or somebody else's. When it was released; undefined if it was not here. */
  take(index: number): number | undefined {
    const time = this.#members.get(index);
    if (time === undefined) return undefined;
    this.#members.delete(index);
    if (this.#indexes[this.#head] === index) this.#head += 1;
    else {
      // Rare: a block before it was avoided, or it was found occupied.
      const place = this.#indexes.indexOf(index, this.#head);
      this.#indexes.splice(place, 1);
      this.#times.splice(place, 1);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#indexes.length) this.#compact();
    return time;
  }

  /** Is it here, and was released up to `time`? */
  isLeaving(index: number, time: number): boolean {
    const released = this.#members.get(index);
    return released !== undefined && released <= time;
  }

  /** How many were released up to `time`. */
  leaving(time: number): number {
    return this.#after(time) - this.#head;
  }

  /** Those released up to `time`. */
  *until(time: number): Generator<number> {
    const end = this.#after(time);
    for (let place = this.#head; place < end; place += 1) yield this.#indexes[place] ?? 0;
  }

  /** When the first was released of those released after `time`. */
  firstAfter(time: number): number | undefined {
    return this.#times[this.#after(time)];
  }

  /** The longest released, if no quarantine keeps it at `now`: it is not here any more. */
  takeOverlong(now: number): number | undefined {
    const [index, time] = [this.#indexes[this.#head], this.#times[this.#head]];
    if (index === undefined || time === undefined || time > now - LONGEST_QUARANTINE_MS) return undefined;
    this.take(index);
    return index;
  }

  entries(): [number, number][] {
    return this.#indexes.slice(this.#head).map((index, place) => [index, this.#times[this.#head + place] ?? 0]);
  }

  /** The first place behind all that were released up to `time`. */
  #after(time: number): number {
    let [low, high] = [this.#head, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact(): void {
    this.#indexes = this.#indexes.slice(this.#head);
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }
}
