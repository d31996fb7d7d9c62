/** A claim of one loopback /16, as its lock file holds it. */
export interface PoolClaim {
  readonly cidr: string;
  readonly installation: string;
  readonly pid: number;
  /** Start of that process in clock ticks since boot; tells it from a later process of the same pid. */
  readonly startTime: string;
  /** /proc/sys/kernel/random/boot_id: pids of another boot say nothing. */
  readonly bootId: string;
  readonly localDir: string;
  readonly claimedAt: string;
}

/** What the machine says about a claim's owner. */
export interface ClaimEvidence {
  readonly ownerAlive: boolean;
  readonly labelledProcesses: number;
  readonly nodeFolders: number;
}

/** Stale: nobody would miss it. A dead owner with nodes left will come back, or its janitor will. */
export const isStale = (evidence: ClaimEvidence): boolean =>
  !evidence.ownerAlive && evidence.labelledProcesses === 0 && evidence.nodeFolders === 0;

/** Every /16 of 127.64.0.0/10: 127.64 to 127.127. */
export const LOCAL_POOLS: readonly string[] = Array.from({ length: 64 }, (_, index) => `127.${64 + index}.0.0/16`);

export type PoolChoice =
  | { readonly take: 'own'; readonly cidr: string }
  | { readonly take: 'free'; readonly cidr: string }
  | { readonly take: 'stale'; readonly cidr: string }
  | { readonly take: 'none'; readonly why: 'running' | 'full'; readonly by?: PoolClaim };

/**
 * Which pool an installation takes: the one it held before; else the first without a claim; else a stale one.
 * `unremovable`: stale claims that this user may not remove.
 */
export function choosePool(
  installation: string,
  claims: ReadonlyMap<string, { readonly claim: PoolClaim | undefined; readonly evidence: ClaimEvidence }>,
  unremovable: ReadonlySet<string> = new Set(),
): PoolChoice {
  for (const [cidr, { claim, evidence }] of claims) {
    if (claim?.installation !== installation) continue;
    if (evidence.ownerAlive) return { take: 'none', why: 'running', by: claim };
    if (!unremovable.has(cidr)) return { take: 'own', cidr };
  }
  const free = LOCAL_POOLS.find((cidr) => !claims.has(cidr));
  if (free !== undefined) return { take: 'free', cidr: free };
  for (const [cidr, { evidence }] of claims)
    if (isStale(evidence) && !unremovable.has(cidr)) return { take: 'stale', cidr };
  return { take: 'none', why: 'full' };
}
