import { isDeepStrictEqual } from 'node:util';
import { decideAndAppend, subjects } from '@benchbus/events';
import type { EventData, EventLog, Recorded } from '@benchbus/events';
import type { ProvisionerContext } from './provisioner-context.ts';

export type Announcement = EventData<'HostAnnounced'>;
type Loss = Pick<Recorded<'CapacityLost'>, 'id' | 'sequence'>;

/** That an operator took the host for gone; `settled`: the loss up to which nothing is left here of what was lost. */
export interface Losses {
  readonly last: Loss | undefined;
  readonly settled: Loss | undefined;
}

/**
 * Says what the host offers, if the log does not say so already. The id follows from the previous event: no doubles.
 * @param losses what it said before the last of them counts no more, and it says nothing until that is settled: others may
 * have the blocks and cores that something here still uses
 */
export async function announceHost(
  log: EventLog,
  hostId: string,
  data: Announcement,
  losses?: Losses,
): Promise<boolean> {
  const subject = subjects.host(hostId);
  const before = (await log.read(subject)).at(-1)?.id;
  const event = await decideAndAppend(log, subject, (history) => {
    const last = history.at(-1);
    const loss = losses?.last;
    const isAnew = loss !== undefined && loss.sequence > (last?.sequence ?? 0);
    if (isAnew && losses?.settled?.id !== loss.id) return undefined;
    if (!isAnew && last?.name === 'HostAnnounced' && isDeepStrictEqual(last.data, data)) return undefined;
    const cause = isAnew ? loss.id : (last?.id ?? hostId);
    return { name: 'HostAnnounced', subject, data, cause, correlation: hostId };
  });
  return event !== undefined && event.id !== before;
}

/** What others use may have changed: it is looked at again, and said if it has. Whatever goes on does not depend on it. */
export async function announceAgain({
  announce,
  logger,
}: Pick<ProvisionerContext, 'announce' | 'logger'>): Promise<void> {
  try {
    await announce();
  } catch (error) {
    logger.warn({ err: error }, 'what others use of the pools could not be said');
  }
}

export async function leaveHost(log: EventLog, hostId: string, reason: string): Promise<void> {
  const subject = subjects.host(hostId);
  await decideAndAppend(log, subject, (history) => {
    const last = history.at(-1);
    if (last === undefined || last.name === 'HostLeft') return undefined;
    return { name: 'HostLeft', subject, data: { reason }, cause: last.id, correlation: hostId };
  });
}
