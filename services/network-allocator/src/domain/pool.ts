import { BlockBitmap } from './block-bitmap.ts';
import { formatCidr, intersection, overlaps, parseCidr, sizeOf, type Range } from './cidr.ts';
import { Occupations, type Occupation } from './occupations.ts';
import { LONGEST_QUARANTINE_MS, Quarantine } from './quarantine.ts';
import { Spans } from './spans.ts';

/** More blocks than this are not kept in one pool (132 KiB a bitmap). */
export const MAX_BLOCKS = 2 ** 20;
/** Of a block the network's address, three more (router, name service, spare) and the broadcast address serve no node. */
export const RESERVED_ADDRESSES = 5;

export const usableAddresses = (blockPrefix: number): number =>
  Math.max(0, 2 ** (32 - blockPrefix) - RESERVED_ADDRESSES);

/** Why such a pool cannot be, in words; undefined if it can. */
export function poolFault(cidr: string, blockPrefix: number): string | undefined {
  const range = parseCidr(cidr);
  if (range === undefined) return `${cidr} is not an IPv4 CIDR`;
  if (blockPrefix < range.prefix) return `blocks of /${blockPrefix} do not fit into ${cidr}`;
  if (2 ** (blockPrefix - range.prefix) > MAX_BLOCKS)
    return `${cidr} has more than ${MAX_BLOCKS} blocks of /${blockPrefix}`;
  return undefined;
}

const NOTHING = new Spans([]);

/**
 * A pool of equal blocks, as its events tell: which are granted, not to whom, which the runs know. So it is a few bits a block,
 * whatever is granted. One instance belongs to one projection, which alone changes it.
 */
export class Pool {
  readonly subject: string;
  readonly scope: string;
  readonly range: Range;
  readonly blockPrefix: number;
  /** Addresses of a block. */
  readonly #blockSize: number;
  /** Sequence of the aggregate's first event, and of its last. */
  definedAt = 0;
  version = 0;
  readonly #granted: BlockBitmap;
  readonly #occupations = new Occupations();
  /** Blocks that somebody else was found on when they were to be used: to be occupied once they are given back. */
  readonly suspects = new Map<string, string>();
  /** Granted, occupied, or released a short while ago. */
  readonly #taken: BlockBitmap;
  readonly #occupied: BlockBitmap;
  readonly #quarantine = new Quarantine();
  /** When occupied blocks were released by a run, ms since the epoch: their quarantine may not be over when they are vacated. */
  readonly #resting = new Map<number, number>();
  /** Where the next search begins: behind the last granted block, so that blocks come round as late as they can. */
  #cursor = 0;

  constructor(subject: string, scope: string, cidr: string, blockPrefix: number) {
    const range = parseCidr(cidr);
    const fault = poolFault(cidr, blockPrefix);
    if (range === undefined || fault !== undefined) throw new RangeError(fault ?? cidr);
    this.subject = subject;
    this.scope = scope;
    this.range = range;
    this.blockPrefix = blockPrefix;
    this.#blockSize = 2 ** (32 - blockPrefix);
    const blocks = 2 ** (blockPrefix - range.prefix);
    this.#taken = new BlockBitmap(blocks);
    this.#granted = new BlockBitmap(blocks);
    this.#occupied = new BlockBitmap(blocks);
  }

  get cidr(): string {
    return formatCidr(this.range);
  }

  get blocks(): number {
    return this.#taken.size;
  }

  /** That runs have. */
  get granted(): number {
    return this.#granted.used;
  }

  /** Of others, or excluded. */
  get occupied(): number {
    return this.#occupied.used;
  }

  isOccupied(cidr: string): boolean {
    return this.#occupations.has(cidr);
  }

  /** Ranges of others, the one first that is known for the longest. */
  occupations(): Iterable<Occupation> {
    return this.#occupations;
  }

  /** Blocks that can be granted when those released up to `cooled` (ms since the epoch) may be used again. */
  free(cooled: number): number {
    return this.#taken.free + this.#quarantine.leaving(cooled);
  }

  /** Released blocks that may not be used again yet. */
  quarantined(cooled: number): number {
    return this.#quarantine.size - this.#quarantine.leaving(cooled);
  }

  /** When the block was released that may be used again next, ms since the epoch; undefined: none is in quarantine. */
  releasedFirst(after: number): number | undefined {
    return this.#quarantine.firstAfter(after);
  }

  /** When the first became known of what others use, after `time`, that nothing but time will free. */
  foundAfter(time: number): number | undefined {
    return this.#occupations.timedAfter(time);
  }

  blockAt(index: number): Range {
    return { first: this.range.first + index * this.#blockSize, prefix: this.blockPrefix };
  }

  /**
   * Free blocks, each once, in the order in which they are to be granted: first those that were not used lately, then those
   * released up to `cooled`, the longest released first. None that overlaps one of `avoid`.
   */
  *freeBlocks(cooled: number, avoid: readonly Range[] = []): Generator<Range, undefined> {
    const avoided = avoid.length === 0 ? NOTHING : this.#spansOf(avoid);
    yield* this.#freeWithin(this.#cursor, this.blocks, avoided);
    yield* this.#freeWithin(0, this.#cursor, avoided);
    for (const index of this.#quarantine.until(cooled))
      if (avoided.endAt(index) === undefined) yield this.blockAt(index);
  }

  *#freeWithin(start: number, end: number, avoided: Spans): Generator<Range, undefined> {
    for (let from = start; from < end;) {
      const index = this.#taken.nextFree(from);
      // Behind the last one the search begins anew.
      if (index === undefined || index < from || index >= end) return;
      const last = avoided.endAt(index);
      if (last === undefined) yield this.blockAt(index);
      from = (last ?? index) + 1;
    }
  }

  /** How many blocks `freeBlocks` gives; costs what there are of ranges, and what left its quarantine and was not granted since. */
  freeBeside(cooled: number, avoid: readonly Range[]): number {
    let free = this.free(cooled);
    if (avoid.length === 0 || free === 0) return free;
    const avoided = this.#spansOf(avoid);
    for (const [first, last] of avoided) free -= last - first + 1 - this.#taken.usedCount(first, last);
    for (const index of this.#quarantine.until(cooled)) if (avoided.endAt(index) !== undefined) free -= 1;
    return free;
  }

  /** A run has the block from now on. Its number; undefined if it is none of this pool's. */
  grant(cidr: string): number | undefined {
    const index = this.#indexOf(cidr);
    if (index === undefined) return undefined;
    if (!this.#taken.occupy(index)) this.#quarantine.take(index);
    this.#granted.occupy(index);
    this.#resting.delete(index);
    this.#cursor = index + 1 === this.blocks ? 0 : index + 1;
    return index;
  }

  /** @param at when it was released, ms since the epoch */
  release(index: number, at: number): void {
    if (!this.#granted.release(index)) return;
    if (this.#occupied.has(index)) this.#resting.set(index, at);
    else this.#quarantine.put(index, at);
    for (let left = this.#quarantine.takeOverlong(at); left !== undefined; left = this.#quarantine.takeOverlong(at))
      this.#taken.release(left);
  }

  /**
   * Blocks that touch its CIDR are not granted from now on, until it is vacated; a block that is granted already stays so until
   * released.
   */
  occupy(occupation: Occupation): void {
    const { cidr } = occupation;
    const span = this.#indexes(cidr);
    if (span === undefined || this.#occupations.has(cidr)) return;
    this.#occupations.add(occupation, span);
    this.suspects.delete(cidr);
    for (let index = span[0]; index <= span[1]; index += 1) {
      this.#occupied.occupy(index);
      this.#taken.occupy(index);
      const released = this.#quarantine.take(index);
      if (released !== undefined) this.#resting.set(index, released);
    }
  }

  /** The reverse: its blocks are free, but for those that another range occupies, that are granted, or still in quarantine. */
  vacate(cidr: string, at: number): void {
    const span = this.#indexes(cidr);
    if (span === undefined || !this.#occupations.delete(cidr)) return;
    const resting: [index: number, released: number][] = [];
    for (const index of this.#occupations.beside(span)) {
      this.#occupied.release(index);
      const released = this.#resting.get(index);
      this.#resting.delete(index);
      if (this.#granted.has(index)) continue;
      if (released !== undefined && released > at - LONGEST_QUARANTINE_MS) resting.push([index, released]);
      else this.#taken.release(index);
    }
    this.#quarantine.putBack(resting);
  }

  /** The part of `cidr` that lies in the pool, in its canonical spelling. */
  inside(cidr: string): string | undefined {
    const range = parseCidr(cidr);
    const common = range === undefined ? undefined : intersection(this.range, range);
    return common === undefined ? undefined : formatCidr(common);
  }

  /** Does `cidr` lie within one block that is granted to a run? */
  isGranted(cidr: string): boolean {
    const range = parseCidr(cidr);
    const index = range === undefined || range.prefix < this.blockPrefix ? undefined : this.#spanOf(range)?.[0];
    return index !== undefined && this.#granted.has(index);
  }

  /** The parts of `cidr` in the pool that no granted block touches: all of it as it is, or whole blocks, as few as can be. */
  notGranted(cidr: string): string[] {
    const [inside, span] = [this.inside(cidr), this.#indexes(cidr)];
    if (inside === undefined || span === undefined) return [];
    const [first, last] = span;
    const granted = [...this.#granted.usedWithin(first, last)];
    if (granted.length === 0) return [inside];
    const ends = [...granted, last + 1];
    return ends.flatMap((end, place) => this.#rangesOf(place === 0 ? first : (ends[place - 1] ?? 0) + 1, end - 1));
  }

  /** The blocks that runs have, in order. */
  grantedBlocks(): Iterable<number> {
    return this.#granted.usedWithin(0, this.blocks - 1);
  }

  /** The same for two pools of the same content; for comparing a replay. */
  fingerprint(): string {
    return JSON.stringify([
      this.#cursor,
      this.#taken.words(),
      this.#occupied.words(),
      this.#quarantine.entries(),
      [...this.#resting],
      [...this.#occupations],
      [...this.suspects],
      this.#granted.words(),
    ]);
  }

  /** The fewest CIDRs that make up these blocks. */
  #rangesOf(first: number, last: number): string[] {
    const ranges: string[] = [];
    while (first <= last) {
      let bits = 0;
      while (first % 2 ** (bits + 1) === 0 && first + 2 ** (bits + 1) - 1 <= last) bits += 1;
      ranges.push(formatCidr({ first: this.blockAt(first).first, prefix: this.blockPrefix - bits }));
      first += 2 ** bits;
    }
    return ranges;
  }

  /** The blocks that touch one of the ranges. */
  #spansOf(ranges: readonly Range[]): Spans {
    return new Spans(ranges.map((range) => this.#spanOf(range)).filter((span) => span !== undefined));
  }

  /** The number of the block that `cidr` is, or the first that it touches. */
  #indexOf(cidr: string): number | undefined {
    const range = parseCidr(cidr);
    if (range === undefined) return undefined;
    const index = Math.floor((range.first - this.range.first) / this.#blockSize);
    if (index >= 0) return index < this.blocks ? index : undefined;
    return overlaps(this.range, range) ? 0 : undefined;
  }

  #indexes(cidr: string): [number, number] | undefined {
    const range = parseCidr(cidr);
    return range === undefined ? undefined : this.#spanOf(range);
  }

  #spanOf(range: Range): [number, number] | undefined {
    const common = intersection(this.range, range);
    if (common === undefined) return undefined;
    const index = (address: number): number => Math.floor((address - this.range.first) / this.#blockSize);
    return [index(common.first), index(common.first + sizeOf(common) - 1)];
  }
}
