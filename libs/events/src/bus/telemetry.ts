/** Progress of a run while it happens: what a person watches. Kept for days, never part of the log. */
export interface Progress {
  readonly runId: string;
  readonly node: string;
  readonly time: string;
  /** What goes on: `initialising scale 10`, `measuring`. */
  readonly activity: string;
  readonly tps?: number;
  readonly latencyAverageMs?: number;
  /** 0 to 1, where known. */
  readonly done?: number;
}

export interface LogLine {
  readonly runId: string;
  readonly node: string;
  /** `postgres`, `pgbench`, `runner`. */
  readonly container: string;
  readonly time: string;
  readonly line: string;
}

/** Subjects `progress.<runId>` and `log.<runId>.<node>.<container>`, stream TELEMETRY. Publishing never fails the caller. */
export interface Telemetry {
  progress(progress: Progress): void;
  log(line: LogLine): void;
  watchProgress(runIdOrWildcard: string, onProgress: (progress: Progress) => void): Promise<{ stop(): Promise<void> }>;
}
