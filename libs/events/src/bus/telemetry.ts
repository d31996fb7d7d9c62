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

/** Which lines: of a run, one of its nodes, one container there; undefined = all. */
export interface LogFilter {
  readonly runId: string;
  readonly node?: string | undefined;
  readonly container?: string | undefined;
}

export interface WatchLog {
  /** Every line in the order it was published, once: those still kept (three days), then those that come. */
  readonly onLine: (line: LogLine) => void;
  /** Called once, when every line that was there at the start has been handed over; at once if there was none. */
  readonly onCaughtUp?: () => void;
}

/** Subjects `progress.<runId>` and `log.<runId>.<node>.<container>`, stream TELEMETRY. Publishing never fails the caller. */
export interface Telemetry {
  progress(progress: Progress): void;
  log(line: LogLine): void;
  watchProgress(runIdOrWildcard: string, onProgress: (progress: Progress) => void): Promise<{ stop(): Promise<void> }>;
  /** The run's latest progress that is still kept. */
  lastProgress(runId: string): Promise<Progress | undefined>;
  /** @throws RangeError for a name that cannot be part of a subject | NatsUnreachable */
  watchLog(filter: LogFilter, watch: WatchLog): Promise<{ stop(): Promise<void> }>;
}
