import type { WorkloadSummary } from '@benchbus/events';
import type { Connection, Problem, Workload } from '@benchbus/suites';
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
  /** Files that are to be kept: `<dir>/artifacts`. */
  readonly artifactsDir: string;
  readonly connection: Connection;
  readonly password: string;
  /** Of a database that is not the run's own, rights may be lacking; not given: always. */
  readonly checkpoint?: 'if permitted';
  readonly user: LocalUser;
  /** Where the tool runs. */
  readonly steps: StepHost;
  /** Environment of everything started, so that it can be found again. */
  readonly labels: Readonly<Record<string, string>>;
  readonly graceMs: number;
  readonly mayCreate: () => Promise<void>;
  /** What is broken while it measures; not given: nothing. */
  readonly faults?: LoadFaults;
  readonly progress: (progress: WorkloadProgress) => void;
  /** A line that the tool printed, for people who watch; once each. */
  readonly output: (line: string) => void;
}

export type WorkloadVerdict = { readonly summary: WorkloadSummary } | { readonly problem: Problem };

export interface ArtifactFile {
  readonly name: string;
  readonly contentType: string;
}

/** A load tool. Each lives in a folder of its own and is listed in `index.ts`. */
export interface WorkloadPlugin<W extends Workload = Workload> {
  /**
   * Prepares, warms up and measures, each step once however often this is called for one attempt; returns what was measured.
   * @throws BenchbusError PROGRAM_MISSING | TOOL_FAILED | DATABASE_LOST | INTERRUPTED | TOOL_OUTPUT_INCOMPLETE, or the signal's reason
   */
  run(workload: W, context: WorkloadContext, signal: AbortSignal): Promise<WorkloadSummary>;
  /** Puts what is worth keeping into `artifactsDir`, whatever there is, also after a failure. */
  collect(workload: W, context: WorkloadContext, verdict: WorkloadVerdict): Promise<readonly ArtifactFile[]>;
}
