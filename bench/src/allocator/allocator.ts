import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endToEnd, type EndToEnd } from './end-to-end.ts';

const CORE = join(import.meta.dirname, '../../../services/network-allocator/src/bench/core.ts');

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

export interface AllocatorBench {
  readonly core: {
    readonly results: readonly CoreResult[];
    /** Of the largest pool. */
    readonly fullest: CoreResult;
    /** The worst of all sizes: p99 of a grant at the highest fill over p50 at the lowest. */
    readonly p99OverEmptyP50: number;
  };
  readonly endToEnd: EndToEnd;
}

export async function allocator(options: AllocatorOptions): Promise<AllocatorBench> {
  const results = await coreResults(options);
  const fullest = results.at(-1);
  if (fullest === undefined) throw new Error('nothing was measured');
  return {
    core: { results, fullest, p99OverEmptyP50: worstRatio(results) },
    endToEnd: await endToEnd(options),
  };
}

/** A process of its own: nothing else is compiled or collected there. */
async function coreResults({ operations, naiveMs, bits }: AllocatorOptions): Promise<CoreResult[]> {
  const args = [operations, naiveMs, bits].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [CORE, ...args], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as CoreResult[];
}

function worstRatio(results: readonly CoreResult[]): number {
  const ratios = results
    .filter(({ fill }) => fill === 0)
    .map((empty) => {
      const full = results.findLast(({ blocks }) => blocks === empty.blocks);
      return (full?.grantNs.p99 ?? Number.NaN) / empty.grantNs.p50;
    });
  return Math.max(...ratios);
}
