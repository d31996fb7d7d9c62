import type { Suite } from '../model/suite.ts';
import { addressCount, formatCidr, parseCidr } from '../network/cidr.ts';

/** Equal blocks of an IPv4 range. */
export interface PoolValues {
  readonly cidr: string;
  readonly blockPrefix: number;
}

/** The predecessor's only pool in the cloud. */
const CLOUD: PoolValues = { cidr: '10.2.0.0/16', blockPrefix: 24 };

/** Blocks have room for a node, at most a whole range of a private network. */
const BLOCKS = { least: 8, most: 30 };

/**
 * The pool that a predecessor's file (or one converted from it) names for the suite's target. The run gets a block of the
 * operator's pool of the same values; where the target has none, a block of the target's own pool. Undefined: the file names
 * none, or nothing that could be a pool.
 */
export function wantedPool({ settings: { target }, installation }: Suite): PoolValues | undefined {
  if (target === 'yandex') return installation?.yandex && CLOUD;
  const docker = target === 'docker' ? installation?.docker : undefined;
  return docker && poolOf(docker.networkCidr, docker.networkPrefix);
}

function poolOf(cidr: string, blockPrefix: number): PoolValues | undefined {
  if (blockPrefix < BLOCKS.least || blockPrefix > BLOCKS.most) return undefined;
  try {
    const range = parseCidr(cidr);
    const isDivisible = addressCount(range) >= 2 ** (32 - blockPrefix);
    return isDivisible ? { cidr: formatCidr(range), blockPrefix } : undefined;
  } catch {
    return undefined;
  }
}
