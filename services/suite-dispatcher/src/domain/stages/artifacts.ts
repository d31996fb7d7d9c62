import { ofRun, runFailed, stageStarted } from '../drafts.ts';
import type { RunView } from '../run-view.ts';
import { stageTimeoutMs } from '../schedule.ts';
import type { Step, Surroundings } from '../step.ts';
import { lostEdge } from './edge-stage.ts';
import { finishedWorkload } from './workload.ts';

/** Waits until everything the workload left is stored; then the run is complete. */
export function artifactsStage(view: RunView, around: Surroundings): Step | undefined {
  const { queued, stages } = view.run;
  const finished = finishedWorkload(view);
  if (!queued || !finished) return undefined;
  const started = stages.artifacts;
  if (!started) {
    const deadline = around.now + stageTimeoutMs('artifacts', queued.data.settings);
    return { kind: 'append', draft: stageStarted(view, 'artifacts', 1, deadline, finished.id) };
  }
  const { attempt, deadline } = started.data;
  const { artifacts, summary, repeats } = finished.data;
  for (const { artifactId } of artifacts) {
    const outcome = view.artifacts.get(artifactId);
    if (outcome?.name === 'ArtifactRejected') {
      return { kind: 'append', draft: runFailed(view, outcome.data.problem, 'artifacts', attempt) };
    }
  }
  const missing = artifacts.filter((claim) => !view.artifacts.has(claim.artifactId));
  if (missing.length === 0) {
    return {
      kind: 'append',
      draft: {
        ...ofRun(view, finished.id),
        name: 'RunCompleted',
        data: { summary, ...(repeats === undefined ? {} : { repeats }), artifacts },
      },
    };
  }
  const lost = lostEdge(view, 'artifacts', around);
  if (lost) return lost;
  if (around.now < Date.parse(deadline)) {
    return { kind: 'wait', for: `${missing.length} artifacts to be stored`, until: Date.parse(deadline) };
  }
  const problem = {
    code: 'ARTIFACTS_TIMEOUT',
    message: `${missing.length} of ${artifacts.length} artifacts were not stored in time`,
    where: missing.map((claim) => claim.name).join(', '),
    hint: 'is the artifact-store running, and has it space? timeouts.artifacts sets the limit',
  };
  return { kind: 'append', draft: runFailed(view, problem, 'artifacts', attempt) };
}
