import { plannedLifetimeMs } from '@benchbus/suites';
import { iso, ofRun, runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { hostAway } from '../lost-host.ts';
import { MAX_BLOCKS, stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';

/** Asks the host's provisioner for the nodes, once more where it was on another block. Undefined when the deployment is ready. */
export function provisionStage(view: RunView, { now, hostLost = false }: Surroundings): Step | undefined {
  const { queued, stages, deploymentRequested } = view.run;
  const reserved = view.network.get(stages.network?.data.attempt ?? 0);
  if (!queued || reserved?.name !== 'NetworkReserved') return undefined;
  const { settings } = queued.data;
  const started = stages.provision;
  if (!started || started.sequence < (stages.network?.sequence ?? 0)) {
    const deadline = now + stageTimeoutMs('provision', settings);
    const next = (started?.data.attempt ?? 0) + 1;
    return { kind: 'append', draft: stageStarted(view, 'provision', next, deadline, reserved.id) };
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
  const blocks = stages.network?.data.attempt ?? 0;
  if (answer?.data.problem.code === 'SUBNET_TAKEN' && blocks < MAX_BLOCKS) {
    const next = now + stageTimeoutMs('network', settings);
    return { kind: 'append', draft: stageStarted(view, 'network', blocks + 1, next, answer.id) };
  }
  if (answer) return { kind: 'append', draft: runFailed(view, answer.data.problem, 'provision', attempt) };
  if (hostLost) return { kind: 'append', draft: runFailed(view, hostAway(reserved.data.hostId), 'provision', attempt) };
  if (now < Date.parse(deadline)) return { kind: 'wait', for: 'the nodes', until: Date.parse(deadline) };
  const problem = {
    code: 'PROVISION_TIMEOUT',
    message: 'the nodes were not ready in time',
    where: `host ${reserved.data.hostId}`,
    hint: 'timeouts.provision sets the limit; the log of the provisioner says how far it came',
  };
  return { kind: 'append', draft: runFailed(view, problem, 'provision', attempt) };
}
