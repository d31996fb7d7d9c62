/** Times of the engine in milliseconds; the defaults are those of the real one. */
export interface Limits {
  /** A worker gets tasks only while its last heartbeat is not older (SDK beats every 4 s). */
  readonly heartbeatStaleMs: number;
  /** Tasks of a worker are given to others when its last heartbeat is older. */
  readonly reassignAfterMs: number;
  /**
   * After a worker's stream broke: how long STARTED may be missing before an attempt counts as never delivered.
   * Longer than the SDK tries to report (12.7 s). The real engine lets such an attempt hang until its execution timeout.
   */
  readonly startConfirmMs: number;
}

export const DEFAULT_LIMITS: Limits = { heartbeatStaleMs: 5_000, reassignAfterMs: 30_000, startConfirmMs: 15_000 };
