import { subjects, type AnyDraft } from '@benchbus/events';
import type { Problem, Stage } from '@benchbus/suites';
import type { RunState } from './run-state.ts';
import type { RunView } from './run-view.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Fields every fact of a run shares. */
function ofRun(view: RunView, cause: string) {
  const queued = view.run.queued;
  if (!queued) throw new TypeError(`run ${view.runId} was never queued`);
  return { subject: subjects.run(view.runId), cause, correlation: queued.data.suiteId };
}

export const stageStarted = (
  view: RunView,
  stage: Stage,
  attempt: number,
  deadline: number,
  cause: string,
): AnyDraft => ({
  ...ofRun(view, cause),
  name: 'RunStageStarted',
  data: { stage, attempt, deadline: iso(deadline) },
  discriminator: stage,
  attempt,
});

/** A run fails once: the id does not depend on why, so that two replicas that see different reasons agree on the first. */
export const runFailed = (view: RunView, problem: Problem, stage?: Stage, attempt?: number): AnyDraft => ({
  ...ofRun(view, view.run.queued?.id ?? ''),
  name: 'RunFailed',
  data: { problem, ...(stage ? { stage } : {}), ...(attempt === undefined ? {} : { attempt }) },
});

/** Each execution is lost once, whoever finds it. */
export const executionLost = (suiteId: string, runId: string, run: RunState, execution: string): AnyDraft => ({
  subject: subjects.run(runId),
  cause: run.queued?.id ?? '',
  correlation: suiteId,
  name: 'RunExecutionLost',
  data: { execution },
  discriminator: execution,
});

export { iso, ofRun };
