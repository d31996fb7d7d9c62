import { clusterOf } from '../probes/patroni-rest.ts';
import { leaderOf } from '../probes/leader.ts';
import { NotYet } from '../probes/not-yet.ts';
import { allOf } from '../probes/planned.ts';
import type { ProbeWorld } from '../probes/index.ts';

/** The cluster's leader, which takes writes; undefined while there is none, or without Patroni. */
export async function whoLeads(world: ProbeWorld): Promise<string | undefined> {
  const [member] = allOf(world.plan, 'patroni');
  if (member === undefined) return undefined;
  try {
    return (await leaderOf(member, world)).leader.node.name;
  } catch (error) {
    if (error instanceof NotYet) return undefined;
    throw error;
  }
}

/** Another leader than `old`, as the first of the other members that answers has it from the cluster's store. */
export async function newLeader(old: string, world: ProbeWorld): Promise<string | undefined> {
  const others = allOf(world.plan, 'patroni').filter(({ node }) => node.name !== old);
  const views = await Promise.allSettled(others.map((member) => clusterOf(member, world)));
  world.signal.throwIfAborted();
  return views
    .flatMap((view) => (view.status === 'fulfilled' ? view.value : []))
    .find(({ role, name }) => role === 'leader' && name !== old)?.name;
}
