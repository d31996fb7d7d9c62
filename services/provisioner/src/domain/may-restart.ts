import type { Fence } from '@benchbus/events';
import type { DeploymentView } from './deployment-view.ts';
import type { RunView } from './run-view.ts';

/** The run goes on; or it failed, and what its nodes hold is being stored until they are to be released. */
const needsRunners = ({ over, release }: RunView): boolean =>
  over === undefined || (over.name === 'RunFailed' && release === undefined);

/** May a runner that died be started again? Only for the plan that is in force, and while its node is needed. */
export function mayRestartRunner(run: RunView, deployment: DeploymentView, fence: Fence, hostId: string): boolean {
  const { plan } = deployment;
  if (run.request?.data.hostId !== hostId || plan === undefined) return false;
  if (!needsRunners(run) || deployment.destroyed !== undefined) return false;
  if (deployment.failedAttempt >= plan.data.attempt || run.request.data.attempt !== plan.data.attempt) return false;
  return plan.data.fence.incarnation === fence.incarnation && plan.data.fence.sequence === fence.sequence;
}
