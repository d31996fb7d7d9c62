import { leaderOf } from './leader.ts';
import { unless } from './not-yet.ts';
import { plannedPrimary } from './planned.ts';
import type { Planned, Server } from './planned.ts';
import { streamOf } from './replication.ts';
import type { Stream } from './replication.ts';
import { slotOf } from './slots.ts';
import type { ProbeWorld } from './world.ts';

/** Patroni 3 says `running` of a standby that streams, 4 says `streaming`. */
const UP = ['running', 'streaming'];

async function streamingMember(at: Planned<'patroni'>, world: ProbeWorld): Promise<Stream | undefined> {
  const { leader, members } = await leaderOf(at, world);
  // After a failover it may lead itself.
  if (leader.node.name === at.node.name) return undefined;
  const state = members.find(({ name }) => name === at.node.name)?.state ?? 'unknown';
  unless(UP.includes(state), `Patroni says of ${at.node.name}: ${state}`);
  return streamOf(at, leader, world);
}

/** Whether a replica streams from who leads; undefined when, with Patroni, it leads itself. @throws NotYet */
export async function streaming(at: Server, world: ProbeWorld): Promise<Stream | undefined> {
  if (at.process.kind === 'patroni') return streamingMember(at as Planned<'patroni'>, world);
  const stream = await streamOf(at, plannedPrimary(world.plan), world);
  const slot = slotOf(at as Planned<'postgres'>);
  unless(slot === undefined || stream.slot === slot, `${at.node.name} streams without its slot ${slot}`);
  return stream;
}
