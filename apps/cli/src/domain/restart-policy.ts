/** When a process that ended unexpectedly is started again. */
export interface RestartPolicy {
  /** Waits before the first, second, … restart within the window; the last one repeats. */
  readonly delaysMs: readonly number[];
  /** So many ends within the window are too many. */
  readonly maxEnds: number;
  readonly windowMs: number;
}

export const DEFAULT_RESTART: RestartPolicy = {
  delaysMs: [200, 500, 1_000, 2_000, 5_000],
  maxEnds: 6,
  // Short: a process that works for a while between its ends is worth starting again, as in Kubernetes.
  windowMs: 20_000,
};

/** Exit code of a service whose configuration is wrong: starting it again changes nothing. */
const BAD_CONFIGURATION = 2;

export type Restart = { readonly afterMs: number } | { readonly giveUp: 'too-often' | 'configuration' };

/**
 * @param ends times (ms) of all unexpected ends so far, the newest last
 * @param code exit code of the newest; null if a signal ended it
 */
export function decideRestart(ends: readonly number[], code: number | null, policy = DEFAULT_RESTART): Restart {
  if (code === BAD_CONFIGURATION) return { giveUp: 'configuration' };
  const newest = ends.at(-1) ?? 0;
  const recent = ends.filter((end) => newest - end < policy.windowMs).length;
  if (recent >= policy.maxEnds) return { giveUp: 'too-often' };
  const index = Math.min(Math.max(recent, 1), policy.delaysMs.length) - 1;
  return { afterMs: policy.delaysMs[index] ?? 0 };
}
