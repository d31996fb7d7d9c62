import type { AnyDraft } from '@benchbus/events';
import type { RunView } from './run-view.ts';

/** `0.4 s`, `12 s`. */
const seconds = (ms: number): string => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;

/** The stage that was begun last, and for how long it has been going on. */
function stageSoFar({ run }: RunView, now: number): string {
  const last = Object.values(run.stages).toSorted((a, b) => b.sequence - a.sequence)[0];
  return last ? `stage ${last.data.stage} took ${seconds(now - Date.parse(last.time))}` : '';
}

/** What the engine's dashboard shows of a run's next fact; undefined: nothing a person would look for there. */
export function taskLine(view: RunView, draft: AnyDraft, now: number): string | undefined {
  const before = stageSoFar(view, now);
  const sentence = (text: string) => (before === '' ? text : `${before}; ${text}`);
  switch (draft.name) {
    case 'RunStageStarted': {
      const { stage, attempt, deadline } = draft.data;
      return sentence(
        `stage ${stage} begins${attempt > 1 ? `, attempt ${attempt}` : ''}, until ${deadline} at the latest`,
      );
    }
    case 'RunCompleted':
      return sentence('the run is completed');
    case 'RunFailed': {
      const { code, message } = draft.data.problem;
      return sentence(`the run fails: ${code}: ${message}`);
    }
    case 'RunCancelled':
      return sentence(`the run is cancelled: ${draft.data.reason}`);
    default:
      return undefined;
  }
}
