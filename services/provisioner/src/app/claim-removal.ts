import { createHash } from 'node:crypto';
import type { EventBus, Recorded } from '@benchbus/events';
import type { ProvisionerContext } from './provisioner-context.ts';

const BUCKET = 'removals';
/** Longer than anything is tried: a claim that has vanished is made anew. */
const KEPT_MS = 7 * 24 * 3_600_000;

const claimsOf = (bus: EventBus) => bus.records(BUCKET, KEPT_MS);
const keyOf = (runId: string): string => createHash('sha256').update(runId).digest('hex');

/** Who has begun to remove what the run made; undefined: nobody. */
export const claimantOf = async (bus: EventBus, runId: string): Promise<string | undefined> =>
  (await claimsOf(bus).get(keyOf(runId)))?.value;

/**
 * Whether this host removes what a run made in a place that several hosts reach: of those that think so in the same moment one,
 * as long as it lives. True at once for what only this host can remove.
 */
export async function claimRemoval(
  { bus, hostId, targets }: Pick<ProvisionerContext, 'bus' | 'hostId' | 'targets'>,
  runId: string,
  request: Recorded<'RunDeploymentRequested'> | undefined,
): Promise<boolean> {
  if (request === undefined || targets.placeOf(request.data.target) === undefined) return true;
  const [claims, key] = [claimsOf(bus), keyOf(runId)];
  const found = await claims.get(key);
  if (found?.value === hostId) return true;
  if (found !== undefined && (await bus.liveness.holder(`host.${found.value}`)) !== undefined) return false;
  return claims.put(key, hostId, found?.revision ?? 0);
}
