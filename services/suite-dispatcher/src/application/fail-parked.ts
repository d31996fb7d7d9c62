import { decideAndAppend, parseSubject, subjects, type DeadLetter, type EventLog } from '@benchbus/events';
import { evolveRun, initialRunState, isOver } from '../domain/run-state.ts';

/** A fact that the reactor could not handle was parked: its run fails, so that nobody waits for it for ever. */
export async function failParked(letter: DeadLetter, log: EventLog): Promise<void> {
  const subject = parseSubject(letter.subject);
  const runId = subject?.ids[0];
  if (runId === undefined || !['run', 'network', 'deployment'].includes(subject?.aggregate ?? '')) return;
  await decideAndAppend(log, subjects.run(runId), (history) => {
    const { queued, ...run } = history.reduce(evolveRun, initialRunState);
    if (!queued || isOver(run)) return undefined;
    const common = { subject: subjects.run(runId), cause: queued.id, correlation: queued.data.suiteId };
    return { ...common, name: 'RunFailed', data: { problem: letter.problem } };
  });
}
