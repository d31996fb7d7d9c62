import type { Topology } from '../model/database.ts';
import type { Problem } from '../model/problem.ts';
import type { RunSettings, Test } from '../model/suite.ts';
import { nodeAddress } from '../network/node-addresses.ts';
import { databaseUp, loadProcess } from './components/load.ts';
import { connectionTo, externalConnection } from './connection.ts';
import { hardwareOf } from './demand.ts';
import type { HostHardware } from './fit-hardware.ts';
import { fitFactor, scaleHardware } from './fit-hardware.ts';
import { keptData } from './kept-data.ts';
import { layOut } from './layout.ts';
import type { Credential, Plan, PlannedNode, StartAfter } from './plan.ts';
import { credentialsOf, processesOf } from './plan-topology.ts';
import { LOAD_NODE } from '../rules/node-rules.ts';
import { nodeProblems } from './problems/nodes.ts';
import { poolProblems } from './problems/pool.ts';
import { plainProblem } from './problems/problem.ts';
import { blockTooSmall, exceedsHost } from './problems/room.ts';
import { serverProblems } from './problems/servers.ts';
import { secretRefsOf } from './secret-refs.ts';

export interface PlanRequest {
  readonly test: Test;
  readonly settings: Pick<RunSettings, 'hardwarePolicy' | 'target'>;
  /** The reserved block, `10.2.0.0/24`. */
  readonly cidr: string;
  readonly host: HostHardware;
  /** Which repeat of the test, from 1; not given: the first. */
  readonly repeat?: number;
}

export type Planned =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly Problem[] };

interface DatabasePart {
  readonly nodes: readonly PlannedNode[];
  readonly connection: Plan['connection'];
  readonly credentials: readonly Credential[];
  readonly up: readonly StartAfter[];
}

function planTopology(
  topology: Topology,
  { cidr, settings, test }: PlanRequest,
  factor: number,
): DatabasePart | readonly Problem[] {
  const wrong = nodeProblems(topology);
  const layout = wrong.length === 0 ? layOut(topology, cidr, settings.target) : undefined;
  if (layout === undefined) return wrong.map(plainProblem);
  const nodes = layout.nodes.map((of): PlannedNode => ({
    name: of.name,
    purpose: 'database',
    address: of.address,
    hardware: scaleHardware(of.node.hardware, factor),
    processes: processesOf(layout, of),
  }));
  const problems = [...serverProblems(layout), ...poolProblems(layout, test.workload)].map(plainProblem);
  if (problems.length > 0) return problems;
  const up = databaseUp(layout, nodes);
  return { nodes, connection: connectionTo(layout), credentials: credentialsOf(layout), up };
}

/**
 * Every name, address, process, file and order of a run's deployment, before any effect: the topology's nodes in order,
 * then `load`. Pure: the same request gives the same plan, on any machine, and no secret is in it.
 */
export function planDeployment(request: PlanRequest): Planned {
  const { test, cidr, host, settings, repeat = 1 } = request;
  const factor = fitFactor(hardwareOf(test), host);
  const room = [...blockTooSmall(test, cidr), ...exceedsHost(test, settings, host, factor)];
  const { database } = test;
  if (room.length > 0) {
    const more = 'topology' in database ? nodeProblems(database.topology).map(plainProblem) : [];
    return { ok: false, problems: [...room, ...more] };
  }
  const part: DatabasePart | readonly Problem[] =
    'topology' in database
      ? planTopology(database.topology, request, factor)
      : { nodes: [], connection: externalConnection(database.connection), credentials: [], up: [] };
  if (!('nodes' in part)) return { ok: false, problems: part };
  const load: PlannedNode = {
    name: LOAD_NODE,
    purpose: 'load',
    address: nodeAddress(cidr, part.nodes.length),
    hardware: scaleHardware(test.workload.hardware, factor),
    processes: [loadProcess(test, { startAfter: part.up, repeat, kept: keptData(test, settings.target, part.nodes) })],
  };
  const nodes = [...part.nodes, load];
  const secretRefs = secretRefsOf(nodes, part.connection);
  const plan: Plan = {
    nodes,
    connection: part.connection,
    ...(part.credentials.length === 0 ? {} : { credentials: [...part.credentials] }),
    ...(secretRefs.length === 0 ? {} : { secretRefs }),
    ...(factor === 1 ? {} : { clampedTo: factor }),
  };
  return { ok: true, plan };
}
