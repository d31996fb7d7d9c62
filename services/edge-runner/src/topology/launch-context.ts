import type { Plan, PlannedNode, SecretRef } from '@benchbus/suites';
import type { NodeCopy } from '../kept/node-copy.ts';
import type { ProbeWorld } from '../probes/index.ts';
import type { ProcessHost } from '../runtime/host/process-host.ts';

/** What setting up a node's processes needs. */
export interface LaunchContext {
  readonly plan: Plan;
  readonly node: PlannedNode;
  readonly runId: string;
  readonly attempt: number;
  readonly host: ProcessHost;
  readonly credential: ProbeWorld['credential'];
  readonly secret?: (ref: SecretRef) => string;
  /** The copy that the node's data start from; not given: they are made. */
  readonly copy?: NodeCopy | undefined;
  /** Asked before each creating effect; throws if nothing may be created any more. */
  readonly mayCreate: () => Promise<void>;
  /** Hears which step begins. */
  readonly tell: (step: string) => void;
  readonly limits: LaunchLimits;
  /** When everything has to be ready: milliseconds since 1970. */
  readonly deadline: number;
}

export interface LaunchLimits {
  /** Longest time of one command (`prepare`, `afterStart`, jobs), ms. */
  readonly commandMs: number;
  /** Between two looks at a process that cannot tell by itself, ms. */
  readonly probeEveryMs: number;
  /** Longest time of one question to a process, ms. */
  readonly probeMs: number;
  /** Between the signal to end and SIGKILL, ms. */
  readonly graceMs: number;
}

export const worldOf = ({ plan, credential, limits }: LaunchContext, signal: AbortSignal): ProbeWorld => ({
  plan,
  credential,
  signal,
  timeoutMs: limits.probeMs,
});

/** For errors: `node pg-a, process etcd`. */
export const placeOf = (node: string, kind: string): string => `node ${node}, process ${kind}`;
