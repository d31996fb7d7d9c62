import type { AnyRecorded } from '@benchbus/events';
import { parseSubject } from '@benchbus/events';

export interface KnownHost {
  readonly hostId: string;
  readonly hostname: string;
  readonly installation: string;
  /** It said that it leaves, or an operator that it is gone, and has not come back. */
  readonly left: boolean;
}

/** Hosts the log knows, in the order of their first announcement. */
export function knownHosts(events: readonly AnyRecorded[]): KnownHost[] {
  const hosts = new Map<string, KnownHost>();
  for (const event of events) {
    const hostId = parseSubject(event.subject)?.ids[0] ?? '';
    if (event.name === 'HostAnnounced') {
      const { hostname, installation } = event.data;
      hosts.set(hostId, { hostId, hostname, installation, left: false });
    }
    const host = hosts.get(hostId);
    if ((event.name === 'HostLeft' || event.name === 'CapacityLost') && host)
      hosts.set(hostId, { ...host, left: true });
  }
  return [...hosts.values()];
}
