import { subjects, type AnyRecorded, type EventLog } from '@benchbus/events';
import { runView, type RunView } from '../domain/run-view.ts';

type Histories = Map<string, readonly AnyRecorded[]>;

/** Reads every aggregate that a run's next step depends on. */
export async function loadRunView(log: EventLog, runId: string): Promise<RunView> {
  const [run, network, deployment] = await Promise.all([
    log.read(subjects.run(runId)),
    log.read(subjects.network(runId)),
    log.read(subjects.deployment(runId)),
  ]);
  const planned = deployment.findLast((event) => event.name === 'PlacementPlanned');
  const edges: Histories = new Map();
  for (const { name } of planned?.data.plan.nodes ?? []) edges.set(name, await log.read(subjects.edge(runId, name)));
  const claims = [...edges.values()]
    .flat()
    .flatMap((e) => (e.name === 'WorkloadFinished' || e.name === 'WorkloadFailed' ? e.data.artifacts : []));
  const artifacts: Histories = new Map();
  await Promise.all(
    claims.map(async ({ artifactId }) => artifacts.set(artifactId, await log.read(subjects.artifact(artifactId)))),
  );
  return runView(runId, { run, network, deployment, edges, artifacts });
}

/** What changes the view of this run. Artifact ids become known when the workload has finished. */
export function subjectsOf(view: RunView): string[] {
  const { runId } = view;
  const claims = [...view.edges.values()].flatMap((edge) =>
    [...edge.workload.values()].flatMap((e) => e.data.artifacts),
  );
  return [
    subjects.run(runId),
    subjects.network(runId),
    subjects.deployment(runId),
    `evt.edge.${runId}.*`,
    ...claims.map(({ artifactId }) => subjects.artifact(artifactId)),
  ];
}
