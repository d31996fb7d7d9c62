import { UNUSED, type CapacityGrant, type Used } from './state.ts';

/** What a run is granted of a host that only makes its machines: facts have no zeros here. */
export const NOTHING = { cores: 0.001, memoryBytes: 1 };

type Share = Pick<CapacityGrant, 'cores' | 'memoryBytes' | 'sharing' | 'leaseExpiresAt'>;

const isNothing = ({ memoryBytes }: Share): boolean => memoryBytes <= NOTHING.memoryBytes;
const millicores = (cores: number): number => Math.round(cores * 1000);

/** The sums with one grant more. */
export function withShare(used: Used, share: Share): Used {
  if (isNothing(share)) return used;
  return {
    runs: used.runs + 1,
    exclusive: used.exclusive + (share.sharing === 'exclusive' ? 1 : 0),
    millicores: used.millicores + millicores(share.cores),
    memoryBytes: used.memoryBytes + share.memoryBytes,
    until: Math.max(used.until, Date.parse(share.leaseExpiresAt)),
  };
}

/** The sums with one grant less. */
export function withoutShare(used: Used, share: Share): Used {
  if (isNothing(share)) return used;
  if (used.runs <= 1) return UNUSED;
  return {
    runs: used.runs - 1,
    exclusive: used.exclusive - (share.sharing === 'exclusive' ? 1 : 0),
    millicores: used.millicores - millicores(share.cores),
    memoryBytes: used.memoryBytes - share.memoryBytes,
    until: used.until,
  };
}

/** A measurement has the host for itself, unless it and all others there say `sharing: allowed` and the sum fits. */
export function hasRoom(used: Used, share: Share, host: { cores: number; memoryBytes: number }): boolean {
  if (isNothing(share) || used.runs === 0) return true;
  if (share.sharing === 'exclusive' || used.exclusive > 0) return false;
  return (
    used.millicores + millicores(share.cores) <= millicores(host.cores) &&
    used.memoryBytes + share.memoryBytes <= host.memoryBytes
  );
}
