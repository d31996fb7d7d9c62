import type { DeploymentView } from './deployment-view.ts';
import type { RunView } from './run-view.ts';

export interface LeftoverSituation {
  readonly run: RunView;
  readonly deployment: DeploymentView;
  readonly hostId: string;
  readonly now: number;
  /** Does any node of the run have a live holder in KV? */
  readonly held: boolean;
  /** Is the host that the log gave the run, where it is another one, alive in KV? */
  readonly otherHostLives: boolean;
  /** That host is gone, and this one reaches what it made: its runs are judged as this host's own. */
  readonly standsIn?: boolean;
  /** An operator said that the run was gone with this host: others may have its block. */
  readonly lost?: boolean;
}

export type Verdict =
  | { readonly verdict: 'keep'; readonly why: string }
  /** Reclaim, and say so in the log. `released`: because the run's release was asked for. */
  | { readonly verdict: 'destroy'; readonly cause: string; readonly reason: string; readonly released: boolean }
  /** Reclaim; the log knows nothing of it, or has said it is destroyed. */
  | { readonly verdict: 'reclaim'; readonly why: string };

const reclaim = (why: string): Verdict => ({ verdict: 'reclaim', why });
const keep = (why: string): Verdict => ({ verdict: 'keep', why });

/** The janitor's rule: reclaim only when the log says over or expired and the holder is gone. */
export function judgeLeftover(situation: LeftoverSituation): Verdict {
  const { run, deployment, hostId, now, held, otherHostLives, standsIn = false, lost = false } = situation;
  const { request } = run;
  if (request === undefined) return reclaim('no deployment of this run is in the log');
  const isOthers = request.data.hostId !== hostId && !standsIn;
  // Two hosts of an installation may share an engine (DOCKER_HOST); a machine whose state folder was lost is another host.
  if (isOthers && otherHostLives) return keep('another host of the installation has it');
  if (isOthers && held && Date.parse(request.data.leaseExpiresAt) > now)
    return keep('another host had it: its lease is valid, and its nodes live');
  if (isOthers) return reclaim('the deployment is on another host');
  if (deployment.destroyed !== undefined)
    return reclaim(`the deployment was destroyed at ${deployment.destroyed.time}`);
  if (run.release !== undefined)
    return {
      verdict: 'destroy',
      cause: run.release.id,
      reason: `release requested: ${run.release.data.reason}`,
      released: true,
    };
  if (lost) return reclaim('an operator said that it was gone with the host');
  const lease = deployment.plan?.data.leaseExpiresAt ?? request.data.leaseExpiresAt;
  if (Date.parse(lease) > now) return keep('its lease is valid');
  if (held) return keep('its lease expired, but a node has a live holder');
  const cause = run.last?.id ?? request.id;
  return { verdict: 'destroy', cause, reason: `lease expired at ${lease}`, released: false };
}
