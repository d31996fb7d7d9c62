import type { AnyRecorded } from '@benchbus/events';
import type { WorkKind } from './kind.ts';

/** These events of `evt.run.<runId>` end a run: from then on nothing may be created for it. */
const ENDING = new Set(['RunCancelling', 'RunFailed', 'RunCancelled', 'RunCompleted', 'RunReleaseRequested']);

export interface StageStart {
  readonly id: string;
  readonly attempt: number;
  /** Fencing token of the effects of this stage. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly deadline: string;
}

/** What a runner needs to know of its run. */
export interface RunView {
  /** Name of the first event that ended the run. */
  readonly overBy: string | undefined;
  /** Its nodes are being torn down: the files may vanish at any moment. */
  readonly releasing: boolean;
  readonly stages: Readonly<Record<WorkKind, readonly StageStart[]>>;
}

export function viewRun(history: readonly AnyRecorded[]): RunView {
  const stages: Record<WorkKind, StageStart[]> = { database: [], workload: [] };
  for (const event of history) {
    if (event.name !== 'RunStageStarted') continue;
    const { stage, attempt, deadline } = event.data;
    if (stage !== 'database' && stage !== 'workload') continue;
    stages[stage].push({ id: event.id, attempt, sequence: event.sequence, deadline });
  }
  return {
    overBy: history.find((event) => ENDING.has(event.name))?.name,
    releasing: history.some((event) => event.name === 'RunReleaseRequested' || event.name === 'RunReleased'),
    stages,
  };
}
