import { subjects } from '@benchbus/events';
import { buildInfo } from '@benchbus/service';
import type { Problem } from '@benchbus/suites';
import { EDGE_PROTOCOL, FIRST_EDGE_PROTOCOL, protocolMisfit } from '@benchbus/tasks';
import type { AnyRecorded, EventLog } from '@benchbus/events';
import { deploymentView } from '../domain/deployment-view.ts';
import type { DeploymentView } from '../domain/deployment-view.ts';
import { runView } from '../domain/run-view.ts';
import type { RunView } from '../domain/run-view.ts';

export interface Views {
  readonly run: RunView;
  readonly deployment: DeploymentView;
  readonly readyAt: ReadonlyMap<string, number>;
  /** Node → why its newest runner does not fit. */
  readonly misfits: ReadonlyMap<string, Problem>;
}

export const readRun = async (log: EventLog, runId: string): Promise<RunView> =>
  runView(await log.read(subjects.run(runId)));
export const readDeployment = async (log: EventLog, runId: string): Promise<DeploymentView> =>
  deploymentView(await log.read(subjects.deployment(runId)));

const newestReady = (history: readonly AnyRecorded[]) => history.findLast((event) => event.name === 'EdgeRunnerReady');

function misfitOf(node: string, ready: ReturnType<typeof newestReady>): [string, Problem][] {
  if (ready === undefined) return [];
  const { version, protocol = FIRST_EDGE_PROTOCOL } = ready.data;
  const ours = { who: 'control plane', version: buildInfo().version, protocol: EDGE_PROTOCOL };
  const problem = protocolMisfit({ who: `edge runner of node ${node}`, version, protocol }, ours);
  return problem === undefined ? [] : [[node, { ...problem, where: node }]];
}

/** Everything a decision about the run needs, read anew. */
export async function readViews(log: EventLog, runId: string): Promise<Views> {
  const [run, deployment] = await Promise.all([readRun(log, runId), readDeployment(log, runId)]);
  const nodes = deployment.plan?.data.plan.nodes ?? [];
  const ready = await Promise.all(
    nodes.map(async ({ name }) => [name, newestReady(await log.read(subjects.edge(runId, name)))] as const),
  );
  return {
    run,
    deployment,
    readyAt: new Map(ready.map(([name, event]) => [name, event?.sequence ?? 0])),
    misfits: new Map(ready.flatMap(([name, event]) => misfitOf(name, event))),
  };
}
