import type { AnyRecorded } from '@benchbus/events';
import { keepMs } from '@benchbus/suites';

export type RunOutcome = 'completed' | 'failed' | 'cancelled';

/** What a run has of the world. */
export interface Held {
  readonly hostId?: string;
  /** The reserved block of addresses. */
  readonly cidr?: string;
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
}

/**
 * Where a run is between its request and its release.
 * `waiting`: not ended, nothing measured yet. `measuring`: a stage goes on. `kept`: over, its nodes stay until `until`.
 * `leaving`: over, being released. `released`: nothing is left.
 */
export type RunHold = { readonly runId: string; readonly suiteId: string; readonly held: Held } & (
  | { readonly state: 'waiting' }
  | { readonly state: 'measuring'; readonly stage: string; readonly since: string }
  | { readonly state: 'kept'; readonly outcome: RunOutcome; readonly since: string; readonly until: string }
  | { readonly state: 'leaving'; readonly outcome: RunOutcome; readonly since: string; readonly overdue: boolean }
  | { readonly state: 'released'; readonly outcome: RunOutcome; readonly since: string }
);

const OUTCOMES: Partial<Record<AnyRecorded['name'], RunOutcome>> = {
  RunCompleted: 'completed',
  RunFailed: 'failed',
  RunCancelled: 'cancelled',
};

function heldBy(network: readonly AnyRecorded[], deployment: readonly AnyRecorded[]): Held {
  const nodes = new Map<string, string>();
  for (const event of deployment) {
    if (event.name === 'NodeProvisioned') nodes.set(event.data.node, event.data.address);
    if (event.name === 'NodeDestroyed') nodes.delete(event.data.node);
    if (event.name === 'PlacementPlanned' || event.name === 'DeploymentDestroyed') nodes.clear();
  }
  let reserved: { hostId: string; cidr: string } | undefined;
  for (const event of network) {
    if (event.name === 'NetworkReserved') reserved = { hostId: event.data.hostId, cidr: event.data.cidr };
    if (event.name === 'NetworkReleased') reserved = undefined;
  }
  return { ...reserved, nodes: [...nodes].map(([name, address]) => ({ name, address })) };
}

export interface RunHistory {
  readonly run: readonly AnyRecorded[];
  readonly network: readonly AnyRecorded[];
  readonly deployment: readonly AnyRecorded[];
}

/** @param history the run's aggregates, each in log order */
export function runHold(runId: string, suiteId: string, { run, network, deployment }: RunHistory): RunHold {
  const base = { runId, suiteId, held: heldBy(network, deployment) };
  const queued = run.find((event) => event.name === 'RunQueued');
  const ended = run.find((event) => event.name in OUTCOMES);
  const outcome = ended && OUTCOMES[ended.name];
  if (queued === undefined || ended === undefined || outcome === undefined) {
    const stage = run.findLast((event) => event.name === 'RunStageStarted');
    return stage
      ? { ...base, state: 'measuring', stage: stage.data.stage, since: stage.time }
      : { ...base, state: 'waiting' };
  }
  const released = run.find((event) => event.name === 'RunReleased');
  if (released) return { ...base, state: 'released', outcome, since: released.time };
  const leaving = run.find((event) => event.name === 'RunReleaseRequested');
  const overdue = run.some((event) => event.name === 'RunReleaseOverdue');
  const kept = keepMs(queued.data.settings.keep, outcome);
  if (leaving || kept === 0) return { ...base, state: 'leaving', outcome, since: (leaving ?? ended).time, overdue };
  const until = new Date(Date.parse(ended.time) + kept).toISOString();
  return { ...base, state: 'kept', outcome, since: ended.time, until };
}
