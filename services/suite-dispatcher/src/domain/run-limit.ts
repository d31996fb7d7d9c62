import { formatDuration, keepMs, STAGES } from '@benchbus/suites';
import type { AnyDraft } from '@benchbus/events';
import { runFailed } from './drafts.ts';
import type { RunView } from './run-view.ts';

/** When the suite's `maxLifetime` ends the run, ms since the epoch: early enough for its keep time. Infinity: it says none, or no node was asked for yet. */
export function limitOf({ run: { queued, stages } }: RunView): number {
  const limit = queued?.data.settings.maxLifetimeMs;
  if (queued === undefined || limit === undefined || stages.provision === undefined) return Infinity;
  return Date.parse(stages.provision.time) + limit - keepMs(queued.data.settings.keep, 'failed');
}

/** The run's end when its time is up, in whatever stage it is. */
export function endedByLimit(view: RunView): AnyDraft {
  const { queued, stages } = view.run;
  const limit = queued?.data.settings.maxLifetimeMs ?? 0;
  const stage = STAGES.findLast((name) => stages[name] !== undefined);
  const problem = {
    code: 'RUN_LIFETIME_OVER',
    message: `its nodes may live for ${formatDuration(limit)}, the keep time included, and that is over`,
    where: 'maxLifetime',
    hint: 'give the suite a longer maxLifetime, or make less in one run',
  };
  return runFailed(view, problem, stage, stage && stages[stage]?.data.attempt);
}
