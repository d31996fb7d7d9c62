import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endToEnd, type EndToEnd } from './end-to-end.ts';

const PROGRAMS = join(import.meta.dirname, '../../../services/network-allocator/src/bench');

export interface AllocatorOptions {
  /** Networks asked for in each round. */
  readonly reservations: number;
  /** What is reserved beforehand in the fuller of the two worlds. */
  readonly reserved: number;
  readonly rounds: number;
  /** Of the core, for each size and fill. */
  readonly operations: number;
  /** A naive scan is given up after so long. */
  readonly naiveMs: number;
  /** Bits of the largest pool of the core's measurement, at most 20. */
  readonly bits: number;
}

interface Nanoseconds {
  readonly p50: number;
  readonly p99: number;
}

/** The pure core at one size and fill: nanoseconds to find and grant a block, and to release one. */
export interface CoreResult {
  readonly blocks: number;
  readonly fill: number;
  readonly grantNs: Nanoseconds;
  readonly releaseNs: Nanoseconds;
  /** One search as the predecessor did it. `finished` false: given up after `ms`. */
  readonly naiveScan: { readonly ms: number; readonly finished: boolean };
}

/** The log of a pool whose blocks are all reserved, folded: without reading it, which takes as long for any log. */
export interface Replay {
  readonly blocks: number;
  readonly events: number;
  readonly ms: number;
  /** The pool's own: its bitmaps. */
  readonly poolBytes: number;
  /** Of all that is kept of those runs, their host and the pool. */
  readonly projectionBytes: number;
}

/** What a full pool costs beside an empty one of the same size. */
export interface CoreRatio {
  readonly blocks: number;
  /** The highest that was measured. */
  readonly fill: number;
  /** p99 of a grant at that fill over p50 in the empty pool. */
  readonly p99OverEmptyP50: number;
}

export interface AllocatorBench {
  readonly core: {
    readonly results: readonly CoreResult[];
    /** Of each size, the smallest first. */
    readonly ratios: readonly CoreRatio[];
    /** Of the largest pool. */
    readonly replay: Replay;
  };
  readonly endToEnd: EndToEnd;
}

export async function allocator(options: AllocatorOptions): Promise<AllocatorBench> {
  const { operations, naiveMs, bits } = options;
  const results = await measured<CoreResult[]>('core.ts', [operations, naiveMs, bits]);
  const replay = await measured<Replay>('replay.ts', [bits]);
  return { core: { results, ratios: ratiosOf(results), replay }, endToEnd: await endToEnd(options) };
}

/** A process of its own: nothing else is compiled or collected there. */
async function measured<T>(program: string, args: readonly number[]): Promise<T> {
  const command = [join(PROGRAMS, program), ...args.map(String)];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as T;
}

function ratiosOf(results: readonly CoreResult[]): CoreRatio[] {
  return results
    .filter(({ fill }) => fill === 0)
    .map((empty) => {
      const { blocks, fill, grantNs } = results.findLast((one) => one.blocks === empty.blocks) ?? empty;
      return { blocks, fill, p99OverEmptyP50: grantNs.p99 / empty.grantNs.p50 };
    });
}
