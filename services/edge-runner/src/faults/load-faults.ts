import type { Fault, Plan } from '@benchbus/suites';
import type { ProbeWorld } from '../probes/index.ts';
import type { Server } from '../commit-probe/settings.ts';

/** What a load tool needs to measure a system that is broken meanwhile. */
export interface LoadFaults {
  readonly faults: readonly Fault[];
  readonly plan: Plan;
  readonly attempt: number;
  /** Every server that may take writes, of the plan, not through a pool. */
  readonly servers: readonly Server[];
  readonly credential: ProbeWorld['credential'];
  /**
   * Has the node's runner carry out a fault, once however often it is asked.
   * @throws BenchbusError | QuestionRefused what the runner says; NoAnswer
   */
  readonly inject: (index: number, node: string) => Promise<{ readonly at: string }>;
  readonly limits: FaultLimits;
}

/** All in ms. */
export interface FaultLimits {
  /** Between two looks at who leads, or at a node's runner that does not answer. */
  readonly probeEveryMs: number;
  /** Longest time of one question to Patroni or a server. */
  readonly probeMs: number;
  /** From one commit of the probe to the next. */
  readonly commitEveryMs: number;
  /** What the probe waits for an answer before it makes another connection. */
  readonly commitAnswerMs: number;
  /** Longest time for the probe's first row, and for reading its rows back. */
  readonly readBackMs: number;
}
