import { performance } from 'node:perf_hooks';
import { formatCidr, overlaps } from '../domain/cidr.ts';
import { Pool } from '../domain/pool.ts';
import { LONGEST_QUARANTINE_MS } from '../domain/quarantine.ts';
import { collectGarbage } from './collect-garbage.ts';

/**
 * A program: measures the pure core of the allocator at several fills of pools of several sizes, beside the scan that its
 * predecessor did, and prints one line of JSON. `core.ts [operations] [most ms for one naive scan] [bits of the largest pool]`
 */
const [operations = 20_000, naiveMs = 2_000, bits = 20] = process.argv.slice(2).map(Number);

/** CIDR and prefix of the blocks of a pool of so many blocks. */
const POOLS = [
  { blocks: 2 ** 12, cidr: '10.0.0.0/12', blockPrefix: 24 },
  { blocks: 2 ** 16, cidr: '10.0.0.0/8', blockPrefix: 24 },
  { blocks: 2 ** 20, cidr: '10.0.0.0/8', blockPrefix: 28 },
].filter(({ blocks }) => blocks <= 2 ** bits);
const FILLS = [0, 0.5, 0.9, 0.99, 0.999];
const ROUNDS = 9;

/** The same numbers in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const sorted = (values: Float64Array): Float64Array => values.slice().sort();
const at = (values: Float64Array, share: number): number => values[Math.floor((values.length - 1) * share)] ?? 0;

/**
 * Finds a free block, names it as a fact does, and takes that fact in; then releases one of those held, in turn: the fill stays as
 * it is. Nanoseconds. Whose it is, the runs know.
 */
function measure(cidr: string, blockPrefix: number, fill: number) {
  const pool = new Pool('evt.pool.bench.x', 'bench', cidr, blockPrefix);
  const grant = (): number => {
    const block = pool.freeBlocks(0).next().value;
    const index = block && pool.grant(formatCidr(block));
    if (index === undefined) throw new Error('the pool is full');
    return index;
  };
  const held = Float64Array.from({ length: Math.floor(pool.blocks * fill) }, grant);
  const random = numbers(7);
  let clock = 0;
  const round = (count: number) => {
    const [grants, releases] = [new Float64Array(count), new Float64Array(count)];
    for (let index = 0; index < count; index += 1) {
      const start = process.hrtime.bigint();
      const block = grant();
      grants[index] = Number(process.hrtime.bigint() - start);
      const place = Math.floor(random() * (held.length + 1));
      const gone = held[place] ?? block;
      if (place < held.length) held[place] = block;
      // Two hours later each time: what was released before is an ordinary free block again.
      clock += 2 * LONGEST_QUARANTINE_MS;
      const before = process.hrtime.bigint();
      pool.release(gone, clock);
      releases[index] = Number(process.hrtime.bigint() - before);
    }
    return { grants: sorted(grants), releases: sorted(releases) };
  };
  // Not counted: V8 compiles.
  round(operations);
  // Of filling the pool; what the rounds themselves leave is collected while they are measured, and counted.
  collectGarbage();
  const rounds = Array.from({ length: ROUNDS }, () => round(Math.ceil(operations / ROUNDS)));
  // Medians of the rounds: another process that takes the core away for a moment spoils one or two.
  const medianOf = (pick: (of: (typeof rounds)[number]) => Float64Array, share: number): number =>
    at(Float64Array.from(rounds, (one) => at(pick(one), share)).sort(), 0.5);
  return {
    grantNs: { p50: medianOf(({ grants }) => grants, 0.5), p99: medianOf(({ grants }) => grants, 0.99) },
    releaseNs: { p50: medianOf(({ releases }) => releases, 0.5), p99: medianOf(({ releases }) => releases, 0.99) },
  };
}

/** The predecessor's search: every block against every reservation, from the first one on. */
function naive(cidr: string, blockPrefix: number, fill: number) {
  const pool = new Pool('evt.pool.bench.x', 'bench', cidr, blockPrefix);
  const reserved = Array.from({ length: Math.floor(pool.blocks * fill) }, (_, index) => pool.blockAt(index));
  const start = performance.now();
  for (let index = 0; index < pool.blocks; index += 1) {
    const block = pool.blockAt(index);
    if (!reserved.some((range) => overlaps(range, block))) return { ms: performance.now() - start, finished: true };
    if (index % 256 === 0 && performance.now() - start > naiveMs) break;
  }
  return { ms: performance.now() - start, finished: false };
}

const results = POOLS.flatMap(({ blocks, cidr, blockPrefix }) =>
  FILLS.map((fill) => ({
    ...{ blocks, fill },
    ...measure(cidr, blockPrefix, fill),
    naiveScan: naive(cidr, blockPrefix, fill),
  })),
);
process.stdout.write(JSON.stringify(results));
