import type { TopologyNode } from '../model/database.ts';
import type { Problem } from '../model/problem.ts';
import type { RunSettings, Test } from '../model/suite.ts';
import { nodeAddress, nodeCapacity } from '../network/node-addresses.ts';
import { demandOf, hardwareOf } from './demand.ts';
import type { HostHardware } from './fit-hardware.ts';
import { fitFactor, scaleHardware } from './fit-hardware.ts';
import type { Plan, PlannedNode } from './plan.ts';

export const POSTGRES_PORT = 5432;
/** The load tool's node; no node of a topology may have this name. */
export const LOAD_NODE = 'load';

export interface PlanRequest {
  readonly test: Test;
  readonly settings: Pick<RunSettings, 'hardwarePolicy'>;
  /** The reserved block, `10.2.0.0/24`. */
  readonly cidr: string;
  readonly host: HostHardware;
}

export type Planned =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly Problem[] };

function blockTooSmall({ test, cidr }: PlanRequest): Problem[] {
  const { addresses } = demandOf(test);
  const room = nodeCapacity(cidr);
  if (room >= addresses) return [];
  return [
    {
      code: 'BLOCK_TOO_SMALL',
      message: `the run has ${addresses} nodes, ${cidr} has addresses for ${room} (the first four and the last are never handed out)`,
      where: cidr,
      hint: 'define the pool with larger blocks',
    },
  ];
}

function exceedsHost({ test, settings, host }: PlanRequest, factor: number): Problem[] {
  if (factor === 1 || settings.hardwarePolicy === 'clamp') return [];
  const { cores, memoryBytes } = demandOf(test);
  return [
    {
      code: 'HW_EXCEEDS_HOST',
      message: `the run's nodes need ${cores} cores and ${memoryBytes} bytes of memory together, the host has ${host.cores} and ${host.memoryBytes}`,
      where: 'hardware',
      hint: 'ask for less, use a larger host, or set hardwarePolicy: clamp',
    },
  ];
}

/**
 * Every name, address and process of a run's deployment, before any effect: the topology's nodes in order, then `load`.
 * Pure: the same request gives the same plan.
 */
export function planDeployment(request: PlanRequest): Planned {
  const { test, cidr, host } = request;
  if (!('topology' in test.database)) throw new TypeError('an external database is not planned yet');
  const { nodes, postgres } = test.database.topology;
  const factor = fitFactor(hardwareOf(test), host);
  const problems = [...blockTooSmall(request), ...exceedsHost(request, factor)];
  const primary = nodes.findIndex((node) => node.postgres?.role === 'primary');
  if (primary < 0)
    problems.push({ code: 'NO_PRIMARY', message: 'the topology has no primary', where: 'database.topology.nodes' });
  if (problems.length > 0) return { ok: false, problems };

  const database = (node: TopologyNode, index: number): PlannedNode => ({
    name: node.name,
    purpose: 'database',
    address: nodeAddress(cidr, index),
    hardware: scaleHardware(node.hardware, factor),
    processes: [
      {
        kind: 'postgres',
        role: node.postgres?.role ?? 'replica',
        version: postgres.version,
        port: POSTGRES_PORT,
        settings: postgres.settings,
      },
    ],
  });
  const load: PlannedNode = {
    name: LOAD_NODE,
    purpose: 'load',
    address: nodeAddress(cidr, nodes.length),
    hardware: scaleHardware(test.workload.hardware, factor),
    processes: [{ kind: 'load', workload: test.workload }],
  };
  const plan: Plan = {
    nodes: [...nodes.map(database), load],
    connection: { host: nodeAddress(cidr, primary), port: POSTGRES_PORT, user: 'postgres', database: 'postgres' },
    ...(factor === 1 ? {} : { clampedTo: factor }),
  };
  return { ok: true, plan };
}
