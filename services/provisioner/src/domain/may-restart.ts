import type { Fence } from '@benchbus/events';
import type { DeploymentView } from './deployment-view.ts';
import type { RunView } from './run-view.ts';

/**
 * The run goes on; or it failed, and what its nodes hold is being stored until they are to be released: until the end of
 * the lease, as a held node is one that the janitor keeps.
 */
const needsRunners = ({ over, release }: RunView, leaseExpiresAt: string, now: number): boolean =>
  over === undefined || (over.name === 'RunFailed' && release === undefined && now < Date.parse(leaseExpiresAt));

export interface RestartSituation {
  readonly run: RunView;
  readonly deployment: DeploymentView;
  readonly fence: Fence;
  readonly hostId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** May a runner that died be started again? Only for the plan that is in force, and while its node is needed. */
export function mayRestartRunner({ run, deployment, fence, hostId, now }: RestartSituation): boolean {
  const { plan } = deployment;
  if (run.request?.data.hostId !== hostId || plan === undefined || deployment.destroyed !== undefined) return false;
  if (!needsRunners(run, plan.data.leaseExpiresAt, now)) return false;
  if (deployment.failedAttempt >= plan.data.attempt || run.request.data.attempt !== plan.data.attempt) return false;
  return plan.data.fence.incarnation === fence.incarnation && plan.data.fence.sequence === fence.sequence;
}
