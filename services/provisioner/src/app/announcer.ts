import { isDeepStrictEqual } from 'node:util';
import { decideAndAppend, subjects } from '@benchbus/events';
import type { EventData, EventLog } from '@benchbus/events';

export type Announcement = EventData<'HostAnnounced'>;

/** Says what the host offers, if the log does not say so already. The id follows from the previous event: no doubles. */
export async function announceHost(log: EventLog, hostId: string, data: Announcement): Promise<boolean> {
  const subject = subjects.host(hostId);
  const before = (await log.read(subject)).at(-1)?.id;
  const event = await decideAndAppend(log, subject, (history) => {
    const last = history.at(-1);
    if (last?.name === 'HostAnnounced' && isDeepStrictEqual(last.data, data)) return undefined;
    return { name: 'HostAnnounced', subject, data, cause: last?.id ?? hostId, correlation: hostId };
  });
  return event !== undefined && event.id !== before;
}

export async function leaveHost(log: EventLog, hostId: string, reason: string): Promise<void> {
  const subject = subjects.host(hostId);
  await decideAndAppend(log, subject, (history) => {
    const last = history.at(-1);
    if (last === undefined || last.name === 'HostLeft') return undefined;
    return { name: 'HostLeft', subject, data: { reason }, cause: last.id, correlation: hostId };
  });
}
