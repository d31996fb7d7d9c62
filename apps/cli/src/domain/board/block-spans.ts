import { addressCount, blockRange, overlaps, type Cidr } from '@benchbus/suites';
import type { BlockSpan, PoolCard } from './board.ts';

/** The blocks of the pool that a range touches; undefined: none, or the range is no CIDR. */
function spanIn({ cidr, blockPrefix }: Pick<PoolCard, 'cidr' | 'blockPrefix'>, text: string): BlockSpan | undefined {
  const [pool, range] = [blockRange(cidr), blockRange(text)];
  if (pool === undefined || range === undefined || !overlaps(pool, range)) return undefined;
  const { network, prefix }: Cidr = range.prefix >= pool.prefix ? range : pool;
  const size = 2 ** (32 - blockPrefix);
  const place = (address: number): number => Math.floor((address - pool.network) / size);
  return [place(network), place(network + addressCount({ network, prefix }) - 1)];
}

/** The spans with the ranges' blocks, each block once; in order, none beside another. */
export function withRanges(
  pool: Pick<PoolCard, 'cidr' | 'blockPrefix' | 'occupied'>,
  ranges: readonly string[],
): BlockSpan[] {
  const added = ranges.map((text) => spanIn(pool, text)).filter((span) => span !== undefined);
  const merged: [number, number][] = [];
  for (const [first, last] of [...pool.occupied, ...added].sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before === undefined || before[1] + 1 < first) merged.push([first, last]);
    else before[1] = Math.max(before[1], last);
  }
  return merged;
}

/** How many blocks these are. */
export const countOf = (spans: readonly BlockSpan[]): number =>
  spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
