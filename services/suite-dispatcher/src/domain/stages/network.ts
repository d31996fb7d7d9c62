import { demandOf, notExecutable, plannedLifetimeMs } from '@benchbus/suites';
import { iso, ofRun, runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';

/** Asks for a host and a block of its pool. Undefined when the run has them. */
export function networkStage(view: RunView, { now, targets }: Surroundings): Step | undefined {
  const { queued, stages, networkRequested } = view.run;
  if (!queued) return undefined;
  const { settings, test, suiteId, pool } = queued.data;
  const started = stages.network;
  const [cannot] = started ? [] : notExecutable(test, settings.target);
  if (!started && !targets.has(settings.target)) {
    const problem = {
      code: 'TARGET_UNAVAILABLE',
      message: `target ${settings.target} is not configured here`,
      where: 'target',
      hint: `available: ${[...targets].join(', ')}; the operator names the targets in BENCHBUS_TARGETS`,
    };
    return { kind: 'append', draft: runFailed(view, problem) };
  }
  if (cannot) return { kind: 'append', draft: runFailed(view, cannot) };
  if (!started) {
    const deadline = now + stageTimeoutMs('network', settings);
    return { kind: 'append', draft: stageStarted(view, 'network', 1, deadline, queued.id) };
  }
  const { attempt, deadline } = started.data;
  if (networkRequested?.data.attempt !== attempt) {
    const queueEnds = Date.parse(deadline) - settings.timeouts.networkMs;
    const demand = demandOf(test);
    return {
      kind: 'append',
      draft: {
        ...ofRun(view, started.id),
        name: 'RunNetworkRequested',
        attempt,
        data: {
          attempt,
          suiteId,
          target: settings.target,
          ...demand,
          sharing: settings.sharing,
          hardwarePolicy: settings.hardwarePolicy,
          ...(pool === undefined ? {} : { pool }),
          deadline: iso(queueEnds),
          leaseExpiresAt: iso(queueEnds + plannedLifetimeMs(settings)),
        },
      },
    };
  }
  const answer = view.network.get(attempt);
  if (answer?.name === 'NetworkReserved') return undefined;
  if (answer) return { kind: 'append', draft: runFailed(view, answer.data.problem, 'network', attempt) };
  if (now < Date.parse(deadline))
    return { kind: 'wait', for: 'a host and a network block', until: Date.parse(deadline) };
  const problem = {
    code: 'NETWORK_TIMEOUT',
    message: 'the network-allocator did not answer in time',
    where: `target ${settings.target}`,
    hint: 'is the network-allocator running? `benchbus doctor` looks; timeouts.queue and timeouts.network set the limit',
  };
  return { kind: 'append', draft: runFailed(view, problem, 'network', attempt) };
}
