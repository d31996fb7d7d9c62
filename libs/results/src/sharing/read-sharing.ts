import { subjects, type EventLog, type WorkloadSummary } from '@benchbus/events';
import type { Sharing } from '../schema/sharing.ts';
import { coTenants } from './co-tenants.ts';

/** Who had a share of the host while a run measured, from the log; undefined: the log does not say, or it had machines of its own. */
export async function readSharing(
  log: Pick<EventLog, 'read'>,
  runId: string,
  { startedAt, durationSeconds }: Pick<WorkloadSummary, 'startedAt' | 'durationSeconds'>,
): Promise<Sharing | undefined> {
  const asked = (await log.read(subjects.run(runId))).findLast((event) => event.name === 'RunNetworkRequested');
  const answered = (await log.read(subjects.network(runId))).findLast((event) => event.name === 'NetworkReserved');
  if (asked?.name !== 'RunNetworkRequested' || answered?.name !== 'NetworkReserved') return undefined;
  if (asked.data.target === 'yandex') return undefined;
  const { sharing: mode } = asked.data;
  // The host was its own.
  if (mode === 'exclusive') return { mode, coTenants: [] };
  const from = Date.parse(startedAt);
  const history = await log.read(subjects.capacity(answered.data.hostId));
  const grants = coTenants(history, runId, [from, from + durationSeconds * 1000]);
  if (grants === undefined) return undefined;
  const found = grants.map(async ({ runId: other, cores, memoryBytes }) => {
    const [first] = await log.read(subjects.run(other));
    return { runId: other, suiteId: first?.correlation ?? '', cores, memoryBytes };
  });
  return { mode, coTenants: await Promise.all(found) };
}
