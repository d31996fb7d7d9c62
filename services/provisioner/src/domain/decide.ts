import type { Fence, Problem, Recorded } from './types.ts';
import type { DeploymentView } from './deployment-view.ts';
import { fencedOut, lostWithHost, provisionTimeout, targetNotServed } from './problems.ts';
import type { RunView } from './run-view.ts';

export interface Situation {
  readonly run: RunView;
  readonly deployment: DeploymentView;
  /** Node → sequence of its newest EdgeRunnerReady. */
  readonly readyAt: ReadonlyMap<string, number>;
  /** Node → why its newest runner does not fit. */
  readonly misfits: ReadonlyMap<string, Problem>;
  readonly hostId: string;
  /** The host that was asked is gone, and this one reaches what it made: it answers the release, and makes nothing. */
  readonly standsIn?: boolean;
  /** An operator said that the run was gone with this host. */
  readonly lost?: boolean;
  /** Targets that this host serves. */
  readonly served: ReadonlySet<string>;
  readonly incarnation: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Step =
  | { readonly do: 'nothing'; readonly why: string }
  /** The run is over, its release not yet asked for: make nothing new, keep what is there. */
  | { readonly do: 'halt'; readonly why: string }
  | { readonly do: 'destroy'; readonly cause: string; readonly reason: string }
  | { readonly do: 'plan'; readonly request: Recorded<'RunDeploymentRequested'>; readonly fence: Fence }
  | { readonly do: 'create'; readonly plan: Recorded<'PlacementPlanned'>; readonly nodes: readonly string[] }
  | { readonly do: 'await'; readonly plan: Recorded<'PlacementPlanned'>; readonly nodes: readonly string[] }
  | { readonly do: 'ready'; readonly plan: Recorded<'PlacementPlanned'> }
  | { readonly do: 'fail'; readonly request: Recorded<'RunDeploymentRequested'>; readonly problem: Problem };

const nothing = (why: string): Step => ({ do: 'nothing', why });

/** What the log says is to be done for a run now. Same log and time, same step: every message is only a hint to ask again. */
export function decide(situation: Situation): Step {
  const { run, deployment, hostId, standsIn = false, lost = false } = situation;
  const { request } = run;
  if (request === undefined) return nothing('no deployment was requested');
  if (request.data.hostId !== hostId && !(standsIn && run.release !== undefined))
    return nothing('another host deploys it');
  if (deployment.destroyed !== undefined) return nothing('destroyed already');
  if (run.release !== undefined)
    return { do: 'destroy', cause: run.release.id, reason: `release requested: ${run.release.data.reason}` };
  if (run.over !== undefined) return { do: 'halt', why: `the run is over: ${run.over.name}` };
  const { attempt } = request.data;
  if (deployment.readyAttempt >= attempt || deployment.failedAttempt >= attempt)
    return nothing('this attempt was answered');
  if (lost) return { do: 'fail', request, problem: lostWithHost(hostId) };
  return decideCreate(situation, request);
}

function decideCreate(situation: Situation, request: Recorded<'RunDeploymentRequested'>): Step {
  const { run, deployment, incarnation, now, served } = situation;
  if (!served.has(request.data.target)) return { do: 'fail', request, problem: targetNotServed(request.data.target) };
  if (run.stage === undefined || run.stage.data.stage !== 'provision' || run.stage.sequence > request.sequence)
    return nothing('fenced: the request belongs to an older stage');
  const { plan } = deployment;
  const late = now >= Date.parse(request.data.deadline);
  if (plan === undefined || plan.data.attempt < request.data.attempt) {
    if (late) return { do: 'fail', request, problem: provisionTimeout([]) };
    return { do: 'plan', request, fence: { incarnation, sequence: run.stage.sequence } };
  }
  if (plan.data.fence.incarnation !== incarnation)
    return { do: 'fail', request, problem: fencedOut(plan.data.fence.incarnation, incarnation) };
  if (plan.data.fence.sequence < run.stage.sequence) return nothing('fenced: the plan belongs to an older stage');
  return decideProgress(situation, request, plan, late);
}

function decideProgress(
  { deployment, readyAt, misfits }: Situation,
  request: Recorded<'RunDeploymentRequested'>,
  plan: Recorded<'PlacementPlanned'>,
  late: boolean,
): Step {
  const names = plan.data.plan.nodes.map((node) => node.name);
  const missing = names.filter((node) => !deployment.provisioned.has(node));
  const silent = names.filter((node) => (readyAt.get(node) ?? 0) <= plan.sequence);
  const misfit = names.filter((node) => !silent.includes(node)).flatMap((node) => misfits.get(node) ?? [])[0];
  if (misfit !== undefined) return { do: 'fail', request, problem: misfit };
  if (missing.length === 0 && silent.length === 0) return { do: 'ready', plan };
  if (late) return { do: 'fail', request, problem: provisionTimeout(missing.length > 0 ? missing : silent) };
  if (missing.length > 0) return { do: 'create', plan, nodes: missing };
  return { do: 'await', plan, nodes: silent };
}
