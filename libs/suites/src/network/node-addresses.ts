import type { Cidr } from './cidr.ts';
import { addressAt, addressCount, parseCidr } from './cidr.ts';

/** The network's own, and three for a gateway and what else a target needs: never handed out. Nor is the broadcast. */
export const RESERVED_ADDRESSES = 4;

/** How many nodes fit a block. */
export const nodeCapacity = (block: Cidr | string): number =>
  Math.max(0, addressCount(typeof block === 'string' ? parseCidr(block) : block) - RESERVED_ADDRESSES - 1);

/** Address of the n-th node, from 0. @throws RangeError when the block is too small */
export function nodeAddress(block: Cidr | string, index: number): string {
  const capacity = nodeCapacity(block);
  if (index >= capacity) throw new RangeError(`the block has addresses for ${capacity} nodes`);
  return addressAt(block, RESERVED_ADDRESSES + index);
}

/** The longest prefix (smallest block) with room for so many nodes. */
export const prefixForNodes = (nodes: number): number => 32 - Math.ceil(Math.log2(nodes + RESERVED_ADDRESSES + 1));
