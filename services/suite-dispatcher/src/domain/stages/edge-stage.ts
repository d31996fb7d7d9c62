import type { Problem, Stage } from '@benchbus/suites';
import { childKey } from '@benchbus/tasks';
import { runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { MAX_UNEXECUTED, stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';

/** A node's runner has vanished: nobody writes in its name, the run ends with this. */
const edgeLost = (node: string): Problem => ({
  code: 'EDGE_LOST',
  message: `the edge runner of node ${node} has shown no sign of life`,
  where: `node ${node}`,
  hint: 'its log lies in the node folder; the provisioner restarts a runner a few times and then gives up',
});

/** Fails the run if one of its runners is lost. */
export function lostEdge(view: RunView, stage: Stage, { lost }: Surroundings): Step | undefined {
  const nodes = view.planned?.data.plan.nodes ?? [];
  const gone = nodes.find((node) => lost.has(node.name));
  const attempt = view.run.stages[stage]?.data.attempt;
  return gone && { kind: 'append', draft: runFailed(view, edgeLost(gone.name), stage, attempt) };
}

/**
 * Hands a task to each of `pending` nodes and waits for their outcomes in the log. An engine task that is over while its
 * runner never claimed the work (it was cancelled, timed out unscheduled, or the engine lost it) gives the stage a new
 * attempt, since the child key of the old one would return the old task for ever.
 */
export function awaitEdges(
  view: RunView,
  stage: 'database' | 'workload',
  pending: readonly string[],
  claimed: (node: string) => boolean,
  around: Surroundings,
): Step {
  const started = view.run.stages[stage];
  const settings = view.run.queued?.data.settings;
  if (!started || !settings) throw new TypeError(`stage ${stage} of ${view.runId} has not begun`);
  const { attempt, deadline } = started.data;
  if (around.now >= Date.parse(deadline)) {
    const problem = {
      code: `${stage.toUpperCase()}_TIMEOUT`,
      message: `stage ${stage} was not over in time`,
      where: pending.map((node) => `node ${node}`).join(', '),
      hint: `timeouts.${stage} sets the limit`,
    };
    return { kind: 'append', draft: runFailed(view, problem, stage, attempt) };
  }
  const unexecuted = pending.find((node) => around.settled.has(childKey(stage, node, attempt)) && !claimed(node));
  if (unexecuted !== undefined) {
    if (attempt >= MAX_UNEXECUTED) {
      const problem = {
        code: 'TASK_NOT_EXECUTED',
        message: `the Hatchet engine ended the task of node ${unexecuted} ${attempt} times without running it`,
        where: `node ${unexecuted}`,
        hint: 'look at the task in the Hatchet dashboard: was it cancelled, or could its worker not be reached?',
      };
      return { kind: 'append', draft: runFailed(view, problem, stage, attempt) };
    }
    const next = around.now + stageTimeoutMs(stage, settings);
    return { kind: 'append', draft: stageStarted(view, stage, attempt + 1, next, started.id) };
  }
  const tasks = pending.map((node) => ({ stage, node, attempt }));
  return { kind: 'wait', for: `stage ${stage} on ${pending.join(', ')}`, until: Date.parse(deadline), tasks };
}
