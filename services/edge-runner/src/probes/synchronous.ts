import { leaderOf } from './leader.ts';
import { unless } from './not-yet.ts';
import { askedConfig } from './patroni-asked.ts';
import { allOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { streamsFrom } from './replication.ts';
import type { ProbeWorld } from './world.ts';

/** Patroni takes as many standbys as there are, at most as many as asked for. */
export function standbysToConfirm(at: Planned<'patroni'>, world: ProbeWorld): number {
  const asked = askedConfig(at).synchronous_node_count ?? 1;
  return Math.min(asked, allOf(world.plan, 'patroni').length - 1);
}

/** Names of the standbys that confirm the leader's commits, as many as asked for. @throws NotYet */
export async function synchronous(at: Planned<'patroni'>, world: ProbeWorld): Promise<readonly string[]> {
  const { leader } = await leaderOf(at, world);
  const streams = await streamsFrom(leader, world);
  const confirm = streams.filter(({ sync }) => sync === 'sync' || sync === 'quorum').map((one) => one.application);
  const asked = standbysToConfirm(at, world);
  unless(confirm.length >= asked, `${confirm.length} of ${asked} standbys confirm commits of ${leader.node.name}`);
  return confirm.sort();
}
