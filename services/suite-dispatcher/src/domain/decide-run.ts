import { isOver } from './run-state.ts';
import { lostWithHost } from './lost-host.ts';
import { endedByLimit, limitOf } from './run-limit.ts';
import type { RunView } from './run-view.ts';
import { artifactsStage } from './stages/artifacts.ts';
import { databaseStage } from './stages/database.ts';
import { networkStage } from './stages/network.ts';
import { provisionStage } from './stages/provision.ts';
import { workloadStage } from './stages/workload.ts';
import type { Step, Surroundings } from './step.ts';

const STAGES_IN_ORDER = [networkStage, provisionStage, databaseStage, workloadStage, artifactsStage];

/**
 * The next step of a run, from the log alone: each stage says what it lacks, and nothing once it is over. A run that
 * is cancelling (or whose suite is) or ended needs nothing more here; its release belongs to the reactor. One whose time is up
 * is ended in whatever stage it is.
 */
export function decideRun(view: RunView, around: Surroundings): Step {
  if (!view.run.queued || isOver(view.run) || around.cancelling) return { kind: 'done' };
  const limit = limitOf(view);
  if (around.now >= limit) return { kind: 'append', draft: endedByLimit(view) };
  const lost = lostWithHost(view);
  if (lost) return lost;
  for (const stage of STAGES_IN_ORDER) {
    const step = stage(view, around);
    if (step) return step.kind === 'wait' ? { ...step, until: Math.min(step.until, limit) } : step;
  }
  return { kind: 'done' };
}
