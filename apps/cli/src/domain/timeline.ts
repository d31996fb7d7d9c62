import type { AnyRecorded } from '@benchbus/events';

export interface TimelineEntry {
  /** Since the first event of the run, in ms. */
  readonly offsetMs: number;
  readonly sequence: number;
  readonly event: string;
  readonly detail: string;
}

export interface StageDuration {
  readonly stage: string;
  readonly attempt: number;
  readonly ms: number;
  /** False: it still runs, `ms` is up to the last event. */
  readonly ended: boolean;
}

const STAGE_ENDS = new Set(['RunStageStarted', 'RunCompleted', 'RunFailed', 'RunCancelled', 'RunCancelling']);

const ms = (event: AnyRecorded): number => Date.parse(event.time);

/** Events of one run in log order, with offsets. Clocks of several machines differ: an offset may be slightly negative. */
export function timelineOf(events: readonly AnyRecorded[], detail: (event: AnyRecorded) => string): TimelineEntry[] {
  const first = events[0];
  if (first === undefined) return [];
  return events.map((event) => ({
    offsetMs: ms(event) - ms(first),
    sequence: event.sequence,
    event: event.name,
    detail: detail(event),
  }));
}

/** How long each stage of a run took: from its start to the next stage's, or to the run's end. Release is from the request to RunReleased. */
export function stageDurations(events: readonly AnyRecorded[]): StageDuration[] {
  const durations: StageDuration[] = [];
  let open: { stage: string; attempt: number; since: number } | undefined;
  const close = (at: number, ended: boolean): void => {
    if (open) durations.push({ stage: open.stage, attempt: open.attempt, ms: Math.max(0, at - open.since), ended });
    open = undefined;
  };
  for (const event of events) {
    if (open && open.stage !== 'release' && STAGE_ENDS.has(event.name)) close(ms(event), true);
    if (event.name === 'RunStageStarted') open = { ...event.data, since: ms(event) };
    if (event.name === 'RunReleaseRequested') {
      close(ms(event), true);
      open = { stage: 'release', attempt: 1, since: ms(event) };
    }
    if (event.name === 'RunReleased') close(ms(event), true);
  }
  const last = events.at(-1);
  if (last) close(ms(last), false);
  return durations;
}
