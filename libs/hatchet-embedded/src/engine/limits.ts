/** Times of the engine in milliseconds; the defaults are those of the real one. */
export interface Limits {
  /** A worker gets tasks only while its last heartbeat is not older (SDK beats every 4 s). */
  readonly heartbeatStaleMs: number;
  /** Tasks of a worker are given to others when its last heartbeat is older. */
  readonly reassignAfterMs: number;
}

export const DEFAULT_LIMITS: Limits = { heartbeatStaleMs: 5_000, reassignAfterMs: 30_000 };
