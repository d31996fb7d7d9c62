import type { FaultResult } from '@benchbus/events';
import type { Measured } from '@benchbus/results';
import type { Workload } from '@benchbus/suites';
import type { ToolStep } from './step.ts';
import type { ArtifactFile, WorkloadContext } from './plugin.ts';

/** What is known when the measured part is over. */
export interface Ended<W, P> {
  readonly workload: W;
  readonly program: P;
  readonly context: WorkloadContext;
  /** The folder of the measured step: `stdout`, `stderr`, and what the tool wrote. */
  readonly dir: string;
  readonly startedAt: Date;
  /** What the measured step was started with. */
  readonly argv: readonly string[];
}

export interface Parsed {
  readonly measured: Measured;
  readonly faults?: readonly FaultResult[];
}

/**
 * What a load tool is told and how it is read; everything else is the same for all of them (run-tool.ts, collect.ts). `P` is
 * what `check` finds. A tool without a step leaves it undefined.
 */
export interface LoadTool<W extends Workload, P> {
  readonly name: W['tool'];
  /** Finds the program. @throws BenchbusError PROGRAM_MISSING | the download's problems */
  check(workload: W, context: WorkloadContext, signal: AbortSignal): Promise<P>;
  /** Files that its steps need; repeatable. */
  write?(program: P, workload: W, context: WorkloadContext): Promise<void>;
  /** Loads the data. */
  prepare(program: P, workload: W, context: WorkloadContext): ToolStep | undefined;
  warmUp(program: P, workload: W, context: WorkloadContext): ToolStep | undefined;
  /** Decided when set-up and warm-up are over, whose output is there. @param bin folder of psql */
  measure(program: P, workload: W, context: WorkloadContext, bin: string): Promise<ToolStep>;
  /** Of a tool that warms up within its measured step: for how long, ms. */
  leadMs?(workload: W): number;
  /** @throws BenchbusError TOOL_OUTPUT_INCOMPLETE | TOOL_OUTPUT_MALFORMED */
  parse(ended: Ended<W, P>): Promise<Parsed>;
  /** Puts files of its own into `artifactsDir`, after a failure, too. */
  keep?(workload: W, context: WorkloadContext): Promise<readonly ArtifactFile[]>;
}
