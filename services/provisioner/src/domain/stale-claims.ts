import type { ClaimEvidence, PoolClaim } from './local-pool.ts';

/**
 * Claims of this installation on pools other than the one it has: left by a provisioner that was killed, when its successor
 * could not take the same one (another user's file). One whose owner lives, or whose folder has nodes, is in use.
 */
export function staleClaims(
  installation: string,
  cidr: string,
  claims: ReadonlyMap<string, { readonly claim: PoolClaim | undefined; readonly evidence: ClaimEvidence }>,
): PoolClaim[] {
  return [...claims].flatMap(([pool, { claim, evidence }]) =>
    claim?.installation === installation && pool !== cidr && !evidence.ownerAlive && evidence.nodeFolders === 0
      ? [claim]
      : [],
  );
}
