import { subjects } from '@benchbus/events';
import type { AnyRecorded, EventLog } from '@benchbus/events';
import { deploymentView } from '../domain/deployment-view.ts';
import type { DeploymentView } from '../domain/deployment-view.ts';
import { runView } from '../domain/run-view.ts';
import type { RunView } from '../domain/run-view.ts';

export interface Views {
  readonly run: RunView;
  readonly deployment: DeploymentView;
  readonly readyAt: ReadonlyMap<string, number>;
}

export const readRun = async (log: EventLog, runId: string): Promise<RunView> =>
  runView(await log.read(subjects.run(runId)));
export const readDeployment = async (log: EventLog, runId: string): Promise<DeploymentView> =>
  deploymentView(await log.read(subjects.deployment(runId)));

const newestReady = (history: readonly AnyRecorded[]): number =>
  history.findLast((event) => event.name === 'EdgeRunnerReady')?.sequence ?? 0;

/** Everything a decision about the run needs, read anew. */
export async function readViews(log: EventLog, runId: string): Promise<Views> {
  const [run, deployment] = await Promise.all([readRun(log, runId), readDeployment(log, runId)]);
  const nodes = deployment.plan?.data.plan.nodes ?? [];
  const ready = await Promise.all(
    nodes.map(async ({ name }) => [name, newestReady(await log.read(subjects.edge(runId, name)))] as const),
  );
  return { run, deployment, readyAt: new Map(ready) };
}
