import type { RunRecord } from './run-record.ts';

/** Where states and records are, one of each a run: reached by every replica. */
export interface StateStore {
  /** For people. */
  readonly where: string;
  /** The `backend` block of terraform: `{ s3: {…} }`. No secrets. */
  backend(runId: string): Readonly<Record<string, unknown>>;
  /** What terraform needs for it in its environment: keys. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs that have a record. */
  runs(): Promise<string[]>;
  get(runId: string): Promise<RunRecord | undefined>;
  put(record: RunRecord): Promise<void>;
  /** State, record and locks: nothing is left of the run. */
  remove(runId: string): Promise<void>;
}
