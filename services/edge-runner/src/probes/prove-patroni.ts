import { leaderOf } from './leader.ts';
import type { ClusterView } from './leader.ts';
import { replacedByPatroni } from './patroni-limits.ts';
import { patroniItself } from './patroni-rest.ts';
import { allOf } from './planned.ts';
import type { Planned } from './planned.ts';
import { dynamicFacts } from './prove-dynamic.ts';
import { ofServers, serverFacts, streamFacts } from './prove-server.ts';
import { streamsFrom } from './replication.ts';
import type { Stream } from './replication.ts';
import { settingsInForce } from './settings.ts';
import { streaming } from './streaming.ts';
import type { Facts, ProbeWorld, Proven } from './world.ts';

/** `pg-b:streaming,pg-c:stopped`, of all but the leader. */
const standbysOf = ({ leader, members }: ClusterView): string =>
  members
    .filter(({ name }) => name !== leader.node.name)
    .map(({ name, state }) => `${name}:${state}`)
    .sort()
    .join(',');

const confirming = (streams: readonly Stream[]): Facts => {
  const names = streams.filter(({ sync }) => sync === 'sync' || sync === 'quorum').map((one) => one.application);
  return { 'patroni.synchronousStandbys': names.sort().join(',') };
};

/**
 * A member of the cluster: there is a leader that takes writes; the member leads or streams from it; the settings of the
 * cluster and of its server are in force. @throws NotYet
 */
export async function provePatroni(at: Planned<'patroni'>, world: ProbeWorld): Promise<Proven> {
  const view = await leaderOf(at, world);
  await streaming(at, world);
  const { version, facts } = await serverFacts(at, world);
  const streams = ofServers(await streamsFrom(view.leader, world), allOf(world.plan, 'patroni'));
  const { version: patroni } = await patroniItself(at, world);
  return {
    version,
    facts: {
      ...facts,
      'patroni.version': patroni,
      'patroni.leader': view.leader.node.name,
      'patroni.standbys': standbysOf(view),
      ...(await dynamicFacts(at, patroni, world)),
      ...confirming(streams),
      ...streamFacts(streams),
      ...(await settingsInForce(at, world, replacedByPatroni)),
    },
  };
}
