const WORD = 32;
const FULL = 0xffffffff;

/**
 * Which of `size` equal blocks are used: bits, 32 a word, with summary levels of the same shape above them (a summary bit is
 * set when all 32 bits below are). Finding the first free block reads one word a level: O(log32 size), four levels for 2^20
 * blocks, whatever the fill; 128 KiB and 4 KiB of summaries. Beside each summary bit stands how many blocks below are used
 * (another 132 KiB), so that those of a span are counted as quickly.
 */
export class BlockBitmap {
  readonly size: number;
  readonly #levels: Uint32Array[] = [];
  /** Used blocks below each 32, each 1,024, … */
  readonly #counts: Uint32Array[] = [];
  #used = 0;

  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`a pool has at least one block, not ${size}`);
    this.size = size;
    for (let bits = size; ; bits = Math.ceil(bits / WORD)) {
      const level = new Uint32Array(Math.ceil(bits / WORD));
      // Bits beyond the end count as used, so that nobody finds them.
      const tail = bits % WORD;
      if (tail !== 0) level[level.length - 1] = (FULL << tail) >>> 0;
      this.#levels.push(level);
      this.#counts.push(new Uint32Array(level.length));
      if (level.length === 1) break;
    }
  }

  get used(): number {
    return this.#used;
  }

  get free(): number {
    return this.size - this.#used;
  }

  has(index: number): boolean {
    return this.#inside(index) && this.#bit(0, index);
  }

  /** Marks a block as used. False if it was. */
  occupy(index: number): boolean {
    if (!this.#inside(index) || this.#bit(0, index)) return false;
    this.#used += 1;
    this.#count(index, 1);
    this.#set(index);
    return true;
  }

  /** Marks a block as free. False if it was. */
  release(index: number): boolean {
    if (!this.#inside(index) || !this.#bit(0, index)) return false;
    this.#used -= 1;
    this.#count(index, -1);
    this.#clear(index);
    return true;
  }

  /** The first free block at or after `from`, from the start again after the end; undefined if none is free. */
  nextFree(from = 0): number | undefined {
    if (this.free === 0) return undefined;
    const start = this.#inside(from) ? from : 0;
    return this.#firstFrom(start) ?? this.#firstFrom(0);
  }

  /** How many blocks from `first` to `last` are used: O(log size). */
  usedCount(first: number, last: number): number {
    return this.#usedBefore(last + 1) - this.#usedBefore(first);
  }

  #usedBefore(end: number): number {
    const bits = end & 31;
    let used = bits === 0 ? 0 : ones(this.#word(0, end >>> 5) & ~(FULL << bits));
    let below = end >>> 5;
    for (const counts of this.#counts) {
      // The rest of them stands in the sum above.
      for (let at = below & ~31; at < below; at += 1) used += counts[at] ?? 0;
      below >>>= 5;
    }
    return used;
  }

  #count(index: number, change: number): void {
    let below = index >>> 5;
    for (const counts of this.#counts) {
      counts[below] = (counts[below] ?? 0) + change;
      below >>>= 5;
    }
  }

  /** The used blocks from `first` to `last`, in order; passes over 32 free ones at a time. */
  *usedWithin(first: number, last: number): Generator<number, undefined> {
    for (let word = first >>> 5; word <= last >>> 5; word += 1) {
      let left = this.#word(0, word);
      for (; left !== 0; left = (left & (left - 1)) >>> 0) {
        const index = word * WORD + lowestBit(left);
        if (index >= first && index <= last && index < this.size) yield index;
      }
    }
  }

  /** Two bitmaps of the same content have the same fingerprint; for comparing a replay. */
  words(): readonly number[] {
    return [...(this.#levels[0] ?? [])];
  }

  #inside(index: number): boolean {
    return Number.isInteger(index) && index >= 0 && index < this.size;
  }

  #word(level: number, word: number): number {
    return this.#levels[level]?.[word] ?? FULL;
  }

  #bit(level: number, index: number): boolean {
    return ((this.#word(level, index >>> 5) >>> (index & 31)) & 1) === 1;
  }

  /** Sets the bit, and the summary bit above while a word became full. */
  #set(index: number): void {
    for (const level of this.#levels) {
      const word = index >>> 5;
      const value = ((level[word] ?? FULL) | (1 << (index & 31))) >>> 0;
      level[word] = value;
      if (value !== FULL) return;
      index = word;
    }
  }

  /** Clears the bit, and the summary bit above while a word was full. */
  #clear(index: number): void {
    for (const level of this.#levels) {
      const word = index >>> 5;
      const before = level[word] ?? FULL;
      level[word] = (before & ~(1 << (index & 31))) >>> 0;
      if (before !== FULL) return;
      index = word;
    }
  }

  /** Climbs until a level has a free bit at or after the position, then descends to the first free block below it. */
  #firstFrom(from: number): number | undefined {
    let index = from;
    for (let level = 0; level < this.#levels.length; level += 1) {
      const found = this.#freeInWord(level, index);
      if (found !== undefined) return this.#descend(level, found);
      // Nothing left in this word: go on with the next word, which is the next bit of the level above.
      index = (index >>> 5) + 1;
    }
    return undefined;
  }

  #freeInWord(level: number, index: number): number | undefined {
    const word = index >>> 5;
    const candidates = (~this.#word(level, word) & (FULL << (index & 31))) >>> 0;
    return candidates === 0 ? undefined : word * WORD + lowestBit(candidates);
  }

  #descend(level: number, index: number): number {
    for (let below = level - 1; below >= 0; below -= 1) {
      index = index * WORD + lowestBit(~this.#word(below, index) >>> 0);
    }
    return index;
  }
}

/** How many bits are set. */
function ones(bits: number): number {
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const lowestBit = (value: number): number => 31 - Math.clz32(value & -value);
