import { BlockBitmap } from './block-bitmap.ts';
import { formatCidr, intersection, overlaps, parseCidr, sizeOf, type Range } from './cidr.ts';
import { Quarantine } from './quarantine.ts';

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

export interface BlockGrant {
  readonly runId: string;
  readonly index: number;
  readonly attempt: number;
  /** Id of the event that granted it: the cause of its release. */
  readonly eventId: string;
}

type Granted = { readonly runId: string; readonly cidr: string; readonly attempt: number };

/** A pool of equal blocks, as its events tell. One instance belongs to one projection, which alone changes it. */
export class Pool {
  readonly subject: string;
  readonly scope: string;
  readonly range: Range;
  readonly blockPrefix: number;
  /** Sequence of the aggregate's first event, and of its last. */
  definedAt = 0;
  version = 0;
  readonly grants = new Map<string, BlockGrant>();
  readonly #granted: BlockBitmap;
  readonly #occupiedRanges = new Map<string, string>();
  /** Blocks that somebody else was found on when they were to be used: to be occupied once they are given back. */
  readonly suspects = new Map<string, string>();
  /** Granted, occupied, or released a short while ago. */
  readonly #taken: BlockBitmap;
  readonly #occupied: BlockBitmap;
  readonly #quarantine = new Quarantine();
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

  /** Of others, or excluded. */
  get occupied(): number {
    return this.#occupied.used;
  }

  get occupiedRanges(): ReadonlyMap<string, string> {
    return this.#occupiedRanges;
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

  blockAt(index: number): Range {
    return { first: this.range.first + index * 2 ** (32 - this.blockPrefix), prefix: this.blockPrefix };
  }

  /**
   * Free blocks, each once, in the order in which they are to be granted: first those that were not used lately, then those
   * released up to `cooled`, the longest released first. None that overlaps one of `avoid`.
   */
  *freeBlocks(cooled: number, avoid: readonly Range[] = []): Generator<Range, undefined> {
    const fits = (block: Range): boolean => !avoid.some((range) => overlaps(range, block));
    let from = this.#cursor;
    for (let left = this.#taken.free; left > 0; left -= 1) {
      const index = this.#taken.nextFree(from);
      if (index === undefined) break;
      const block = this.blockAt(index);
      if (fits(block)) yield block;
      from = (index + 1) % this.blocks;
    }
    for (const index of this.#quarantine.until(cooled)) {
      const block = this.blockAt(index);
      if (fits(block)) yield block;
    }
  }

  grant({ runId, cidr, attempt }: Granted, eventId: string): void {
    const [index] = this.#indexes(cidr) ?? [];
    if (index === undefined) return;
    this.#quarantine.take(index);
    this.#taken.occupy(index);
    this.grants.set(runId, { runId, index, attempt, eventId });
    this.#granted.occupy(index);
    this.#cursor = (index + 1) % this.blocks;
  }

  /** @param at when it was released, ms since the epoch */
  release(runId: string, at: number): void {
    const grant = this.grants.get(runId);
    if (grant === undefined) return;
    this.grants.delete(runId);
    this.#granted.release(grant.index);
    if (!this.#occupied.has(grant.index)) this.#quarantine.put(grant.index, at);
    for (const index of this.#quarantine.overlong(at)) this.#taken.release(index);
  }

  /** Blocks that touch `cidr` are never granted from now on; a block that is granted already stays so until released. */
  occupy(cidr: string, by: string): void {
    const span = this.#indexes(cidr);
    if (span === undefined || this.#occupiedRanges.has(cidr)) return;
    this.#occupiedRanges.set(cidr, by);
    this.suspects.delete(cidr);
    for (let index = span[0]; index <= span[1]; index += 1) {
      this.#occupied.occupy(index);
      this.#taken.occupy(index);
      this.#quarantine.take(index);
    }
  }

  /** The part of `cidr` that lies in the pool, in its canonical spelling. */
  inside(cidr: string): string | undefined {
    const range = parseCidr(cidr);
    const common = range === undefined ? undefined : intersection(this.range, range);
    return common === undefined ? undefined : formatCidr(common);
  }

  /** Is some block that touches `cidr` granted to a run? */
  grantedIn(cidr: string): boolean {
    const span = this.#indexes(cidr);
    if (span === undefined) return false;
    const [first, last] = span;
    if (last - first > this.grants.size)
      return [...this.grants.values()].some(({ index }) => index >= first && index <= last);
    for (let index = first; index <= last; index += 1) if (this.#granted.has(index)) return true;
    return false;
  }

  /** The same for two pools of the same content; for comparing a replay. */
  fingerprint(): string {
    return JSON.stringify([
      this.#cursor,
      this.#taken.words(),
      this.#occupied.words(),
      this.#quarantine.entries(),
      [...this.suspects],
      [...this.grants.values()].toSorted((a, b) => a.index - b.index),
    ]);
  }

  #indexes(cidr: string): [number, number] | undefined {
    const range = parseCidr(cidr);
    const common = range === undefined ? undefined : intersection(this.range, range);
    if (common === undefined) return undefined;
    const blockSize = 2 ** (32 - this.blockPrefix);
    const index = (address: number): number => Math.floor((address - this.range.first) / blockSize);
    return [index(common.first), index(common.first + sizeOf(common) - 1)];
  }
}
