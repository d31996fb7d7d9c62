import { runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';
import { awaitEdges, lostEdge } from './edge-stage.ts';

/** Sets up the database on every database node. Undefined when all are proven ready. */
export function databaseStage(view: RunView, around: Surroundings): Step | undefined {
  const { queued, stages } = view.run;
  const ready = view.deployment.get(stages.provision?.data.attempt ?? 0);
  if (!queued || !view.planned || !ready) return undefined;
  const started = stages.database;
  if (!started) {
    const deadline = around.now + stageTimeoutMs('database', queued.data.settings);
    return { kind: 'append', draft: stageStarted(view, 'database', 1, deadline, ready.id) };
  }
  const { attempt } = started.data;
  const nodes = view.planned.data.plan.nodes.filter((node) => node.purpose === 'database').map((node) => node.name);
  const outcome = (node: string) => view.edges.get(node)?.database.get(attempt);
  for (const node of nodes) {
    const failed = outcome(node);
    if (failed?.name === 'DatabaseFailed') {
      return { kind: 'append', draft: runFailed(view, failed.data.problem, 'database', attempt) };
    }
  }
  const pending = nodes.filter((node) => !outcome(node));
  if (pending.length === 0) return undefined;
  const claimed = (node: string) => view.edges.get(node)?.setupStarted.has(attempt) ?? false;
  return lostEdge(view, 'database', around) ?? awaitEdges(view, 'database', pending, claimed, around);
}
