import { decideAndAppend, subjects, type EventLog } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { evolveRun, initialRunState, isOver } from '../domain/run-state.ts';

/** Ends the run as failed, unless it is over or being cancelled. */
export async function failRun(log: EventLog, runId: string, problem: Problem): Promise<void> {
  await decideAndAppend(log, subjects.run(runId), (history) => {
    const { queued, ...run } = history.reduce(evolveRun, initialRunState);
    if (!queued || isOver(run)) return undefined;
    const common = { subject: subjects.run(runId), cause: queued.id, correlation: queued.data.suiteId };
    return { ...common, name: 'RunFailed', data: { problem } };
  });
}
