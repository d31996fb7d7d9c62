import { unless } from './not-yet.ts';
import { allOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { ofServers, serverFacts, streamFacts } from './prove-server.ts';
import { streamsFrom } from './replication.ts';
import { settingsInForce } from './settings.ts';
import { streaming } from './streaming.ts';
import type { Facts, ProbeWorld, Proven } from './world.ts';

async function replication(at: Planned<'postgres'>, world: ProbeWorld): Promise<Facts> {
  if (at.process.role === 'primary')
    return streamFacts(ofServers(await streamsFrom(at, world), allOf(world.plan, 'postgres')));
  const stream = await streaming(at, world);
  return streamFacts(stream === undefined ? [] : [stream]);
}

/** A server without Patroni: it answers in its planned role, with its settings; a replica streams. @throws NotYet */
export async function provePostgres(at: Planned<'postgres'>, world: ProbeWorld): Promise<Proven> {
  const { version, recovering, facts } = await serverFacts(at, world);
  const { role } = at.process;
  unless(recovering === (role === 'replica'), `PostgreSQL of ${at.node.name} is no ${role}`);
  return { version, facts: { ...facts, ...(await replication(at, world)), ...(await settingsInForce(at, world)) } };
}
