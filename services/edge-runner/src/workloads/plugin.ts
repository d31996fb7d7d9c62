import type { WorkloadSummary } from '@benchbus/events';
import type { ResultV1, ValidityLimits } from '@benchbus/results';
import type { ReleaseSettings } from '@benchbus/service';
import type { Connection, Problem, SecretRef, Workload } from '@benchbus/suites';
import type { LoadFaults } from '../faults/load-faults.ts';
import type { StepHost } from '../runtime/host/step-host.ts';
import type { LocalUser } from '../runtime/process/local-user.ts';

/** What a person may watch while a workload runs. */
export interface WorkloadProgress {
  readonly activity: string;
  readonly tps?: number;
  readonly latencyAverageMs?: number;
  /** 0 to 1. */
  readonly done?: number;
}

/** Where and how one attempt of a workload runs. */
export interface WorkloadContext {
  /** The attempt's own folder. */
  readonly dir: string;
  /** Where the measurement itself lies, where it is one of several of the attempt; not given: in `dir`. */
  readonly repeatDir?: string;
  /** Files that are to be kept: `<dir>/artifacts`. */
  readonly artifactsDir: string;
  readonly runId: string;
  readonly connection: Connection;
  readonly password: string;
  /** Mode of the PgBouncer that the tool connects through; not given: none is known of. */
  readonly poolMode?: 'session' | 'transaction' | 'statement' | undefined;
  /** Of a database that is not the run's own, rights may be lacking; not given: always. */
  readonly checkpoint?: 'if permitted';
  readonly user: LocalUser;
  /** Where the tool runs. */
  readonly steps: StepHost;
  /** Environment of everything started, so that it can be found again. */
  readonly labels: Readonly<Record<string, string>>;
  readonly graceMs: number;
  /** Settings of the tools. */
  readonly tools: ToolSettings;
  /** The operator's secret behind a reference. @throws BenchbusError SECRET_MISSING */
  readonly secret: (ref: SecretRef) => string;
  /** All that this runner knows: in no artifact. */
  readonly secrets: readonly string[];
  readonly mayCreate: () => Promise<void>;
  /** The data are there already: nothing is loaded. Not given: they are loaded. */
  readonly dataAreThere?: boolean;
  /** Called when the data are loaded and nothing has used them yet. */
  readonly loaded?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** How the measurement is watched; not given: it is not. */
  readonly watch?: WatchSettings;
  /** What is broken while it measures; not given: nothing. */
  readonly faults?: LoadFaults;
  readonly progress: (progress: WorkloadProgress) => void;
  /** A line that the tool printed, for people who watch; once each. */
  readonly output: (line: string) => void;
}

/** What is looked at while a tool measures, and from where on the measurement is invalid. */
export interface WatchSettings {
  readonly intervalMs: number;
  readonly limits: ValidityLimits;
}

export interface ToolSettings {
  /** Up to so many expected transactions/s pgbench logs every one; above, a sample. */
  readonly logAllTps: number;
  /** Where releases of stroppy are had. */
  readonly stroppy: ReleaseSettings;
}

/** What an attempt measured, for the log and in full. */
export interface Measurement {
  readonly summary: WorkloadSummary;
  readonly result: ResultV1;
}

export type WorkloadVerdict = Measurement | { readonly problem: Problem };

export interface ArtifactFile {
  readonly name: string;
  readonly contentType: string;
}

/** A load tool, bound to what it is to do. Each lives in a folder of its own and is listed in `index.ts`. */
export interface WorkloadPlugin<W extends Workload = Workload> {
  /**
   * Prepares, warms up and measures, each step once however often this is called for one attempt; returns what was measured.
   * @throws BenchbusError PROGRAM_MISSING | TOOL_FAILED | DATABASE_LOST | INTERRUPTED | TOOL_OUTPUT_INCOMPLETE |
   * TOOL_OUTPUT_MALFORMED, or the signal's reason
   */
  run(workload: W, context: WorkloadContext, signal: AbortSignal): Promise<Measurement>;
  /** Puts what is worth keeping into `artifactsDir`, whatever there is, also after a failure. */
  collect(workload: W, context: WorkloadContext, verdict: WorkloadVerdict): Promise<readonly ArtifactFile[]>;
}
