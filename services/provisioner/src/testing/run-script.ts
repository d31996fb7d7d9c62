import type { AnyDraft } from '@benchbus/events';
import { HOST } from './history.ts';
import { queuedRun } from './queued-run.ts';

const later = new Date(Date.now() + 3_600_000).toISOString();

/** What a dispatcher writes of a run: so many attempts of a deployment on this host, and its end. */
export function runScript(runId: string, attempts: number, released: boolean): AnyDraft[] {
  const base = { subject: `evt.run.${runId}`, correlation: 's1' };
  const tries = Array.from({ length: attempts }, (_, index) => index + 1).flatMap((attempt): AnyDraft[] => [
    {
      ...base,
      name: 'RunStageStarted',
      cause: `a${attempt}`,
      attempt,
      data: { stage: 'provision', attempt, deadline: later },
    },
    {
      ...base,
      name: 'RunDeploymentRequested',
      cause: `a${attempt}`,
      attempt,
      data: { attempt, target: 'local', hostId: HOST, cidr: '127.64.1.0/24', deadline: later, leaseExpiresAt: later },
    },
  ]);
  const end: AnyDraft[] = [
    { ...base, name: 'RunCancelled', cause: 'end', data: { reason: 'x' } },
    { ...base, name: 'RunReleaseRequested', cause: 'end', data: { reason: 'ended', deadline: later } },
  ];
  return [{ ...base, name: 'RunQueued', cause: 'q', data: queuedRun() }, ...tries, ...(released ? end : [])];
}
