import { parseSubject, subjects } from '@benchbus/events';
import type { Recorded } from '@benchbus/events';
import { claimantOf } from './claim-removal.ts';
import type { ProvisionerContext } from './provisioner-context.ts';

/**
 * Does this host answer for what another one made? When that one's provisioner is gone, and had announced that it makes things
 * where this host's target makes its own; and to the end, where it has begun. Of several that think so at once one acts (claimRemoval).
 * @param otherLives where that is known already
 */
export async function standsIn(
  { bus, hostId, targets }: Pick<ProvisionerContext, 'bus' | 'hostId' | 'targets'>,
  request: Recorded<'RunDeploymentRequested'> | undefined,
  otherLives?: boolean,
): Promise<boolean> {
  if (request === undefined || request.data.hostId === hostId) return false;
  const { hostId: other, target } = request.data;
  const place = targets.placeOf(target);
  if (place === undefined) return false;
  // Also when the other one is back, who leaves alone what somebody else has begun.
  if ((await claimantOf(bus, parseSubject(request.subject)?.ids[0] ?? '')) === hostId) return true;
  if (otherLives ?? (await bus.liveness.holder(`host.${other}`)) !== undefined) return false;
  const announced = (await bus.log.read(subjects.host(other))).findLast(({ name }) => name === 'HostAnnounced');
  if (announced?.name !== 'HostAnnounced') return false;
  return announced.data.targets.some((offer) => offer.name === target && offer.place === place);
}
