/** A projection as it was after an event of the log. */
export interface Snapshot {
  /** Of the last event that went into it. */
  readonly sequence: number;
  /** JSON. */
  readonly state: unknown;
}

/**
 * Projections that were folded before, in a KV bucket: only to save reading the log from its start. Each is kept with the log's
 * incarnation, its sequence and the version of its schema; one that does not fit is as good as none.
 */
export interface Snapshots {
  /** Undefined: none, of another log or version, beyond the log, or not readable. Never throws for the sake of a snapshot. */
  load(name: string, schemaVersion: number): Promise<Snapshot | undefined>;
  /** False: it could not be kept (too large, no permission); nothing depends on it. */
  save(name: string, schemaVersion: number, snapshot: Snapshot): Promise<boolean>;
}
