import type { Draft } from '../bus/recorded-event.ts';
import { subjects } from '../bus/subjects.ts';

/** A small fact of an aggregate of its own kind, told apart by `cause`. */
export const hostLeft = (hostId: string, cause: string, reason = cause): Draft<'HostLeft'> => ({
  name: 'HostLeft',
  subject: subjects.host(hostId),
  data: { reason },
  cause,
  correlation: hostId,
});

/** A fact that belongs to no aggregate but its run's: for conflicts between types. */
export const runCancelling = (runId: string, cause: string, reason = cause): Draft<'RunCancelling'> => ({
  name: 'RunCancelling',
  subject: subjects.run(runId),
  data: { reason },
  cause,
  correlation: 'suite-1',
});
