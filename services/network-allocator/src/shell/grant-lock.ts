/**
 * Lets replicas take turns on an aggregate they compete for. It saves conflicts, nothing more: what is appended is right by
 * the expected version alone, so a lock may fail, be lost, or be held twice.
 */
export interface GrantLock {
  /** Runs `routine` with the lock, or without it where it cannot be had. */
  around<T>(resource: string, routine: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Always grants: for one replica, and for the proof that correctness does not need the lock. */
export const noLock: GrantLock = {
  around: (_resource, routine) => routine(),
  stop: () => Promise.resolve(),
};
