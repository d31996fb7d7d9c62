import { MAX_REPEATS } from '@benchbus/suites';
import { runFailed, stageStarted } from '../drafts.ts';
import type { RunView, WorkloadOutcome } from '../run-view.ts';
import { stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';
import { awaitEdges, lostEdge } from './edge-stage.ts';

/** Runs the load tool on the load node. Undefined when it finished well. */
export function workloadStage(view: RunView, around: Surroundings): Step | undefined {
  const { queued, stages } = view.run;
  const load = view.planned?.data.plan.nodes.find((node) => node.purpose === 'load')?.name;
  if (!queued || !stages.database || load === undefined) return undefined;
  const { settings } = queued.data;
  const started = stages.workload;
  if (!started) {
    const deadline = around.now + stageTimeoutMs('workload', settings);
    return { kind: 'append', draft: stageStarted(view, 'workload', 1, deadline, stages.database.id) };
  }
  const { attempt } = started.data;
  const outcome = view.edges.get(load)?.workload.get(attempt);
  if (outcome?.name === 'WorkloadFinished') return undefined;
  if (outcome) {
    const interrupted = [...(view.edges.get(load)?.workload.values() ?? [])].filter(isInterrupted).length;
    const again = isInterrupted(outcome) && settings.onInterrupt === 'repeat' && interrupted <= MAX_REPEATS;
    if (!again) {
      return { kind: 'append', draft: runFailed(view, outcome.data.problem, 'workload', attempt) };
    }
    const deadline = around.now + stageTimeoutMs('workload', settings);
    return { kind: 'append', draft: stageStarted(view, 'workload', attempt + 1, deadline, outcome.id) };
  }
  const claimed = (node: string) => view.edges.get(node)?.workloadStarted.has(attempt) ?? false;
  return lostEdge(view, 'workload', around) ?? awaitEdges(view, 'workload', [load], claimed, around);
}

const isInterrupted = (outcome: WorkloadOutcome): boolean =>
  outcome.name === 'WorkloadFailed' && outcome.data.problem.code === 'INTERRUPTED';

/** The outcome of the latest attempt, where it finished well. */
export function finishedWorkload(view: RunView) {
  const attempt = view.run.stages.workload?.data.attempt ?? 0;
  for (const edge of view.edges.values()) {
    const outcome = edge.workload.get(attempt);
    if (outcome?.name === 'WorkloadFinished') return outcome;
  }
  return undefined;
}
