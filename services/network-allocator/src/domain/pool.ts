import { BlockBitmap } from './block-bitmap.ts';
import { formatCidr, intersection, overlaps, parseCidr, sizeOf, type Range } from './cidr.ts';

/** More blocks than this are not kept in one pool (132 KiB a bitmap). */
export const MAX_BLOCKS = 2 ** 20;
/** Of a block the network's address, three more (router, name service, spare) and the broadcast address serve no node. */
export const RESERVED_ADDRESSES = 5;

export const usableAddresses = (blockPrefix: number): number =>
  Math.max(0, 2 ** (32 - blockPrefix) - RESERVED_ADDRESSES);

/** Why such a pool cannot be: in words for a log line; undefined if it can. */
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
  /** Sequence of the aggregate's last event. */
  version = 0;
  readonly grants = new Map<string, BlockGrant>();
  readonly #occupiedRanges = new Map<string, string>();
  readonly #taken: BlockBitmap;
  readonly #occupied: BlockBitmap;
  /** Where the next search begins: behind the last granted block, so that a released block is reused last. */
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
    this.#occupied = new BlockBitmap(blocks);
  }

  get cidr(): string {
    return formatCidr(this.range);
  }

  get free(): number {
    return this.#taken.free;
  }

  get blocks(): number {
    return this.#taken.size;
  }

  get occupiedRanges(): ReadonlyMap<string, string> {
    return this.#occupiedRanges;
  }

  blockAt(index: number): Range {
    return { first: this.range.first + index * 2 ** (32 - this.blockPrefix), prefix: this.blockPrefix };
  }

  /** The next free block that does not overlap one of `avoid`; undefined if there is none. */
  nextFree(avoid: readonly Range[] = []): Range | undefined {
    let from = this.#cursor;
    // Each turn leaves behind at least one block that overlaps `avoid`, so it ends.
    for (let tries = 0; tries <= this.blocks; tries += 1) {
      const index = this.#taken.nextFree(from);
      if (index === undefined) return undefined;
      const block = this.blockAt(index);
      if (!avoid.some((range) => overlaps(range, block))) return block;
      from = (index + 1) % this.blocks;
    }
    return undefined;
  }

  grant({ runId, cidr, attempt }: Granted, eventId: string): void {
    const [index] = this.#indexes(cidr) ?? [];
    if (index === undefined) return;
    this.#taken.occupy(index);
    this.grants.set(runId, { runId, index, attempt, eventId });
    this.#cursor = (index + 1) % this.blocks;
  }

  release(runId: string): void {
    const grant = this.grants.get(runId);
    if (grant === undefined) return;
    this.grants.delete(runId);
    if (!this.#occupied.has(grant.index)) this.#taken.release(grant.index);
  }

  /** Blocks that touch `cidr` are never granted from now on; a block that is granted already stays so until released. */
  occupy(cidr: string, by: string): void {
    const span = this.#indexes(cidr);
    if (span === undefined || this.#occupiedRanges.has(cidr)) return;
    this.#occupiedRanges.set(cidr, by);
    for (let index = span[0]; index <= span[1]; index += 1) {
      this.#occupied.occupy(index);
      this.#taken.occupy(index);
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
    const range = parseCidr(cidr);
    if (range === undefined) return false;
    return [...this.grants.values()].some((grant) => overlaps(this.blockAt(grant.index), range));
  }

  /** The same for two pools of the same content; for comparing a replay. */
  fingerprint(): string {
    return JSON.stringify([
      this.#cursor,
      this.#taken.words(),
      this.#occupied.words(),
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
