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

/** The ranges' blocks, each once; in order, none beside another. */
export function spansOf(pool: Pick<PoolCard, 'cidr' | 'blockPrefix'>, ranges: readonly string[]): BlockSpan[] {
  const spans = ranges.map((text) => spanIn(pool, text)).filter((span) => span !== undefined);
  const merged: [number, number][] = [];
  for (const [first, last] of spans.sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before === undefined || before[1] + 1 < first) merged.push([first, last]);
    else before[1] = Math.max(before[1], last);
  }
  return merged;
}

/** Is the block one of these? */
export function isWithin(pool: Pick<PoolCard, 'cidr' | 'blockPrefix' | 'occupied'>, block: string): boolean {
  const [place = -1] = spanIn(pool, block) ?? [];
  return pool.occupied.some(([first, last]) => first <= place && place <= last);
}

/** How many blocks these are. */
export const countOf = (spans: readonly BlockSpan[]): number =>
  spans.reduce((sum, [first, last]) => sum + last - first + 1, 0);
