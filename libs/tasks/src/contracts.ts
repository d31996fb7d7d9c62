import { nodeName, token } from '@benchbus/suites';
import { z } from 'zod';

/**
 * Hatchet tasks shared by dispatcher and edge runners. Names are static, those of runners' tasks versioned (a runner and a
 * dispatcher can be of different builds): a contract that changes gets a new name. Inputs carry ids only: what to do is
 * read from the log, and the outcome is written there. The engine's own result is never trusted.
 */
export const BENCH_RUN = 'bench-run';
export const EDGE_SETUP = 'edge-setup-v1';
export const EDGE_WORKLOAD = 'edge-workload-v1';

/**
 * Whose tasks they are. A tenant of an engine may serve several installations, and two of them may have suites of the same
 * name: what tells them apart is the log (its incarnation, a UUID), which all services of an installation know without
 * being told. The installation's name is for people.
 */
export interface Owner {
  readonly log: string;
  readonly installation: string;
}

export const benchRunInput = z.object({ log: z.uuid(), suiteId: token, runId: token });
export type BenchRunInput = z.infer<typeof benchRunInput>;

export const edgeTaskInput = benchRunInput.extend({ node: nodeName, attempt: z.int().min(1) });
export type EdgeTaskInput = z.infer<typeof edgeTaskInput>;

/** CEL: at most one execution of a run of one log is alive. */
export const BENCH_RUN_KEY = "input.log + ':' + input.runId";

/** Labels a dispatcher's worker registers with, and `bench-run` requires. */
export const dispatcherLabels = (log: string) => ({ log });

/** Labels an edge runner's worker registers with, and its tasks require. */
export const edgeWorkerLabels = (log: string, runId: string, node: string) => ({ log, run: runId, node });
export const edgeWorkerName = (runId: string, node: string) => `edge-${runId}-${node}`;

/** Only a worker with all of these labels gets the task. */
export const requireLabels = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, { value, required: true }]));

/** Key that makes the engine start the child of one stage, node and attempt only once. */
export const childKey = (stage: 'database' | 'workload', node: string, attempt: number) =>
  `${stage}:${node}:${attempt}`;
