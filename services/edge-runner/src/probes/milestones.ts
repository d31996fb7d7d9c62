import { BenchbusError } from '@benchbus/events';
import type { Milestone, ProcessKind, StartAfter } from '@benchbus/suites';
import { accepting } from './accepting.ts';
import { quorum } from './etcd.ts';
import { leaderOf } from './leader.ts';
import { NotYet } from './not-yet.ts';
import { routing } from './pgbouncer.ts';
import { OTHER_VERSION, planned } from './planned.ts';
import { serving } from './serving.ts';
import type { ExporterKind } from './serving.ts';
import { streaming } from './streaming.ts';
import { synchronous } from './synchronous.ts';
import type { ProbeWorld } from './world.ts';

type Probe = (node: string, process: ProcessKind, world: ProbeWorld) => Promise<unknown>;

/** Resolves when it is so, rejects with NotYet when it is not yet. */
const PROBES: Readonly<Record<Milestone, { readonly of: readonly ProcessKind[]; readonly probe: Probe }>> = {
  quorum: { of: ['etcd'], probe: (node, _, world) => quorum(planned(world.plan, node, 'etcd'), world) },
  leader: { of: ['patroni'], probe: (node, _, world) => leaderOf(planned(world.plan, node, 'patroni'), world) },
  synchronous: { of: ['patroni'], probe: (node, _, world) => synchronous(planned(world.plan, node, 'patroni'), world) },
  accepting: { of: ['postgres'], probe: (node, _, world) => accepting(planned(world.plan, node, 'postgres'), world) },
  streaming: {
    of: ['postgres', 'patroni'],
    probe: (node, kind, world) => streaming(planned(world.plan, node, kind as 'postgres' | 'patroni'), world),
  },
  routing: { of: ['pgbouncer'], probe: (node, _, world) => routing(planned(world.plan, node, 'pgbouncer'), world) },
  serving: {
    of: ['node-exporter', 'postgres-exporter', 'pgbouncer-exporter'],
    probe: (node, kind, world) => serving(planned(world.plan, node, kind as ExporterKind), world),
  },
};

/**
 * Why a milestone is not reached now; undefined when it is.
 * @throws BenchbusError for what waiting cannot mend: DATABASE_LOGIN_REFUSED, DATABASE_QUERY_FAILED, PLAN_… for a need that
 *   the plan does not know; and the reason of the world's signal
 */
export async function whyNot({ node, process, until }: StartAfter, world: ProbeWorld): Promise<string | undefined> {
  const { of, probe } = PROBES[until];
  if (!of.includes(process))
    throw new BenchbusError({
      code: 'PLAN_MILESTONE_UNKNOWN',
      message: `a process ${process} has no milestone ${until}`,
      where: `node ${node}, process ${process}`,
      hint: OTHER_VERSION,
    });
  try {
    await probe(node, process, world);
    return undefined;
  } catch (error) {
    if (error instanceof NotYet) return error.message;
    throw error;
  }
}

/** Whether a milestone is reached now; throws as `whyNot` does. */
export const reached = async (need: StartAfter, world: ProbeWorld): Promise<boolean> =>
  (await whyNot(need, world)) === undefined;
