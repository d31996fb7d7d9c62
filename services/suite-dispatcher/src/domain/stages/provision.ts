import { plannedLifetimeMs } from '@benchbus/suites';
import { iso, ofRun, runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';

/** Asks the host's provisioner for the nodes. Undefined when the deployment is ready. */
export function provisionStage(view: RunView, { now }: Surroundings): Step | undefined {
  const { queued, stages, deploymentRequested } = view.run;
  const reserved = view.network.get(stages.network?.data.attempt ?? 0);
  if (!queued || reserved?.name !== 'NetworkReserved') return undefined;
  const { settings } = queued.data;
  const started = stages.provision;
  if (!started) {
    const deadline = now + stageTimeoutMs('provision', settings);
    return { kind: 'append', draft: stageStarted(view, 'provision', 1, deadline, reserved.id) };
  }
  const { attempt, deadline } = started.data;
  if (deploymentRequested?.data.attempt !== attempt) {
    return {
      kind: 'append',
      draft: {
        ...ofRun(view, started.id),
        name: 'RunDeploymentRequested',
        attempt,
        data: {
          attempt,
          target: settings.target,
          hostId: reserved.data.hostId,
          cidr: reserved.data.cidr,
          deadline,
          leaseExpiresAt: iso(Date.parse(started.time) + plannedLifetimeMs(settings)),
        },
      },
    };
  }
  const answer = view.deployment.get(attempt);
  if (answer?.name === 'DeploymentReady') return undefined;
  if (answer) return { kind: 'append', draft: runFailed(view, answer.data.problem, 'provision', attempt) };
  if (now < Date.parse(deadline)) return { kind: 'wait', for: 'the nodes', until: Date.parse(deadline) };
  const problem = {
    code: 'PROVISION_TIMEOUT',
    message: 'the nodes were not ready in time',
    where: `host ${reserved.data.hostId}`,
    hint: 'timeouts.provision sets the limit; the log of the provisioner says how far it came',
  };
  return { kind: 'append', draft: runFailed(view, problem, 'provision', attempt) };
}
