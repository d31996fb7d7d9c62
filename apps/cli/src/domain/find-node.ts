import type { AnyRecorded, Recorded } from '@benchbus/events';
import { parseSubject } from '@benchbus/events';
import type { Plan, PlannedNode, Problem, TargetName } from '@benchbus/suites';

/** A node that some run's deployment made. */
export interface DeployedNode {
  readonly runId: string;
  readonly suiteId: string;
  readonly target: TargetName;
  readonly hostId: string;
  readonly node: PlannedNode;
  readonly plan: Plan;
}

/** What a person named: `NODE`, `RUN/NODE`, or `SUITE/NODE` of a suite of which one run alone has it. */
export interface NodeName {
  /** Or the suite's. */
  readonly runId?: string;
  readonly node: string;
}

export function parseNodeName(text: string): NodeName | undefined {
  const [, runId, node] = /^(?:([a-z0-9_-]{1,64})\/)?([a-z][a-z0-9-]{0,62})$/.exec(text) ?? [];
  if (node === undefined) return undefined;
  return runId === undefined ? { node } : { runId, node };
}

/** What `findNode` has to be fed with. */
export const NODE_SUBJECTS = ['evt.run.*', 'evt.deployment.*'];

interface Deployment {
  request?: Recorded<'RunDeploymentRequested'>;
  planned?: Recorded<'PlacementPlanned'>;
  /** Nodes of the plan in force that exist. */
  readonly there: Set<string>;
  /** Node → since when it is gone. */
  readonly gone: Map<string, string>;
}

function evolve(deployment: Deployment, event: AnyRecorded): void {
  const { there, gone } = deployment;
  switch (event.name) {
    case 'RunDeploymentRequested':
      deployment.request = event;
      return;
    case 'PlacementPlanned':
      deployment.planned = event;
      there.clear();
      return;
    case 'NodeProvisioned':
      there.add(event.data.node);
      gone.delete(event.data.node);
      return;
    case 'NodeDestroyed':
      if (there.delete(event.data.node)) gone.set(event.data.node, event.time);
      return;
    case 'DeploymentDestroyed':
      for (const node of there) gone.set(node, event.time);
      there.clear();
  }
}

export interface KnownNodes {
  readonly there: readonly DeployedNode[];
  readonly gone: readonly { readonly runId: string; readonly node: string; readonly at: string }[];
}

/** Every node the log knows. @param events in log order */
export function knownNodes(events: readonly AnyRecorded[]): KnownNodes {
  const deployments = new Map<string, Deployment>();
  for (const event of events) {
    const runId = parseSubject(event.subject)?.ids[0];
    if (runId === undefined) continue;
    const deployment = deployments.get(runId) ?? { there: new Set(), gone: new Map() };
    deployments.set(runId, deployment);
    evolve(deployment, event);
  }
  const there = [...deployments].flatMap(([runId, { request, planned, there: names }]): DeployedNode[] => {
    if (request === undefined || planned === undefined) return [];
    const { plan, hostId } = planned.data;
    const base = { runId, suiteId: planned.correlation, target: request.data.target, hostId, plan };
    return plan.nodes.filter(({ name }) => names.has(name)).map((node) => ({ ...base, node }));
  });
  const gone = [...deployments].flatMap(([runId, deployment]) =>
    [...deployment.gone].map(([node, at]) => ({ runId, node, at })),
  );
  return { there, gone };
}

const nameOf = ({ runId, node }: DeployedNode): string => `${runId}/${node.name}`;

function unknown({ runId, node }: NodeName, { there, gone }: KnownNodes): Problem {
  const matching = gone.filter((one) => one.node === node && (runId === undefined || one.runId === runId));
  const last = matching.reduce<(typeof matching)[number] | undefined>(
    (latest, one) => (latest === undefined || one.at > latest.at ? one : latest),
    undefined,
  );
  const available = there.length === 0 ? 'no node exists now' : `nodes that exist: ${there.map(nameOf).join(', ')}`;
  const keep = 'keep: { when: always, for: 30m } in the suite file keeps the nodes of an ended run';
  if (last)
    return {
      code: 'NODE_GONE',
      message: `node ${node} of run ${last.runId} was released at ${last.at}`,
      where: 'NODE',
      hint: `${available}\n${keep}`,
    };
  const named = runId === undefined ? `node ${node}` : `node ${node} of run ${runId}`;
  return { code: 'NODE_UNKNOWN', message: `the log knows no ${named}`, where: 'NODE', hint: `${available}\n${keep}` };
}

/** The one node that is meant, or why there is none, or which ones it could be. */
export function findNode(
  name: NodeName,
  known: KnownNodes,
): { readonly found: DeployedNode } | { readonly problem: Problem } {
  const candidates = known.there.filter(
    ({ runId, suiteId, node }) =>
      node.name === name.node && (name.runId === undefined || name.runId === runId || name.runId === suiteId),
  );
  const [first, ...others] = candidates;
  if (first === undefined) return { problem: unknown(name, known) };
  if (others.length === 0) return { found: first };
  return {
    problem: {
      code: 'NODE_AMBIGUOUS',
      message: `${candidates.length} runs have a node ${name.node}: ${candidates.map(nameOf).join(', ')}`,
      where: 'NODE',
      hint: `name the run: benchbus shell ${nameOf(first)}`,
    },
  };
}
