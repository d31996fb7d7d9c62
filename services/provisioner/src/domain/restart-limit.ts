export interface RestartLimits {
  /** At most so many restarts … */
  readonly restarts: number;
  /** … within so many ms; then the runner is left dead, and bench-run notices by liveness. */
  readonly windowMs: number;
  /** First delay; doubles with each restart in the window. */
  readonly backoffMs: number;
}

/** May a runner that died now be restarted, and after how many ms? `past`: times of its earlier restarts, ms. */
export function nextRestart(past: readonly number[], now: number, limits: RestartLimits): number | undefined {
  const recent = past.filter((time) => time > now - limits.windowMs).length;
  return recent >= limits.restarts ? undefined : limits.backoffMs * 2 ** recent;
}
