import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';

/**
 * Hatchet tasks shared by dispatcher and edge runners. Names are static and versioned: a contract that changes gets a new
 * name. Inputs carry ids only: what to do is read from the log, and the outcome is written there. The engine's own result
 * is never trusted.
 */
export const BENCH_RUN = 'bench-run';
export const EDGE_SETUP = 'edge-setup-v1';
export const EDGE_WORKLOAD = 'edge-workload-v1';

export const benchRunInput = z.object({ suiteId: token, runId: token });
export type BenchRunInput = z.infer<typeof benchRunInput>;

export const edgeTaskInput = z.object({ suiteId: token, runId: token, node: nodeName, attempt: z.int().min(1) });
export type EdgeTaskInput = z.infer<typeof edgeTaskInput>;

/** Labels an edge runner's worker registers with; the dispatcher requires both at trigger time. */
export const edgeWorkerLabels = (runId: string, node: string) => ({ run: runId, node });
export const edgeWorkerName = (runId: string, node: string) => `edge-${runId}-${node}`;

/** Key that makes the engine start the child of one stage, node and attempt only once. */
export const childKey = (stage: 'database' | 'workload', node: string, attempt: number) =>
  `${stage}:${node}:${attempt}`;

/** Shown in the engine's dashboard, and what the reconciler finds runs by. */
export const runMetadata = (suiteId: string, runId: string) => ({ suite: suiteId, run: runId });
export const edgeMetadata = (input: EdgeTaskInput, stage: string) => ({
  ...runMetadata(input.suiteId, input.runId),
  node: input.node,
  stage,
  attempt: String(input.attempt),
});
