import type { WorkloadProgress } from '../workloads/plugin.ts';

export type Tell = (line: string) => void;

/** Lines for whoever waits for the work in hand: the tasks of the engine. A node does one work at a time. */
export interface TaskLines {
  readonly tell: Tell;
  /** Returns how to stop listening. */
  listen(listener: Tell): () => void;
}

export function createTaskLines(): TaskLines {
  const listeners = new Set<Tell>();
  return {
    tell: (line) => listeners.forEach((listener) => listener(line)),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** While it measures, a runner calls nobody that it need not. */
const EVERY_MS = 60_000;

function lineOf({ activity, tps, done }: WorkloadProgress): string {
  const parts = [
    ...(done === undefined ? [] : [`${Math.round(done * 100)} %`]),
    ...(tps === undefined ? [] : [`${Math.round(tps)} tps`]),
  ];
  return parts.length === 0 ? activity : `${activity}: ${parts.join(', ')}`;
}

/** Tells when another activity begins, and once a minute how far it is. */
export function progressTeller(tell: Tell, clock: () => number): (progress: WorkloadProgress) => void {
  let activity = '';
  let toldAt = 0;
  return (progress) => {
    const now = clock();
    if (progress.activity === activity && now - toldAt < EVERY_MS) return;
    tell(progress.activity === activity ? lineOf(progress) : progress.activity);
    activity = progress.activity;
    toldAt = now;
  };
}
