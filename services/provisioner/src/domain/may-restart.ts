import type { Fence } from '@benchbus/events';
import type { DeploymentView } from './deployment-view.ts';
import type { RunView } from './run-view.ts';

/** May a runner that died be started again? Only for the plan that is in force, and while the run goes on. */
export function mayRestartRunner(run: RunView, deployment: DeploymentView, fence: Fence, hostId: string): boolean {
  const { plan } = deployment;
  if (run.request?.data.hostId !== hostId || plan === undefined) return false;
  if (run.over !== undefined || deployment.destroyed !== undefined) return false;
  if (deployment.failedAttempt >= plan.data.attempt || run.request.data.attempt !== plan.data.attempt) return false;
  return plan.data.fence.incarnation === fence.incarnation && plan.data.fence.sequence === fence.sequence;
}
