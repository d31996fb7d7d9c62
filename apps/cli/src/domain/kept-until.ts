import type { AnyRecorded } from '@benchbus/events';
import type { RunSettings } from '@benchbus/suites';
import { keepMs } from '@benchbus/suites';

const OUTCOMES: Partial<Record<AnyRecorded['name'], 'completed' | 'failed' | 'cancelled'>> = {
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunCancelled: 'cancelled',
};

/** Whether this event is a run's outcome: from then on nothing of it is measured. */
export const endsRun = ({ name }: AnyRecorded): boolean => name in OUTCOMES;

/** Until when (ms since the epoch) a run's nodes are kept after this outcome; undefined: they are not. */
export function keptUntil(keep: RunSettings['keep'], ended: AnyRecorded): number | undefined {
  const outcome = OUTCOMES[ended.name];
  const forMs = outcome === undefined ? 0 : keepMs(keep, outcome);
  return forMs === 0 ? undefined : Date.parse(ended.time) + forMs;
}

/**
 * Whether all runs of a suite are over, and some are kept: nothing more will be measured, but the suite ends only with the
 * last keep time. @param events of this suite, in log order @param now ms since the epoch
 */
export function onlyKeeps(events: readonly AnyRecorded[], now: number): boolean {
  const open = new Set<string>();
  const keeps = new Map<string, RunSettings['keep']>();
  const kept = new Map<string, number>();
  let accepted = false;
  for (const event of events) {
    const runId = event.subject.replace(/^evt\.run\./, '');
    if (event.name === 'SuiteAccepted') {
      accepted = true;
      for (const run of event.data.runs) open.add(run.runId);
    } else if (event.name === 'RunQueued') keeps.set(runId, event.data.settings.keep);
    else if (event.name === 'RunReleaseRequested' || event.name === 'RunReleased') kept.delete(runId);
    else if (endsRun(event)) {
      open.delete(runId);
      const keep = keeps.get(runId);
      const until = keep && keptUntil(keep, event);
      if (until !== undefined && until > now) kept.set(runId, until);
    }
  }
  return accepted && open.size === 0 && kept.size > 0;
}
