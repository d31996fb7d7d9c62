import { z } from 'zod';
import { requestJson } from './http.ts';
import { NotYet, unless } from './not-yet.ts';
import { allOf, endOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld } from './world.ts';

/** Of 3.4 and 3.5; 3.5 adds a reason. */
const health = z.object({ health: z.string() });
/** The gateway leaves out what is zero: a leader nobody has. */
const status = z.object({ version: z.string(), leader: z.string().optional() });
const member = z.object({ ID: z.string(), name: z.string().optional(), clientURLs: z.array(z.string()).optional() });
const list = z.object({ members: z.array(member) });

export interface EtcdView {
  readonly version: string;
  /** Node of the leader. */
  readonly leader: string;
  /** Nodes of the members, sorted. */
  readonly members: readonly string[];
}

/** Whether a member answers reads that need a majority. @throws NotYet */
export async function etcdHealthy(at: Planned<'etcd'>, world: ProbeWorld): Promise<void> {
  const answer = await requestJson(endOf(at, 'client'), '/health', health, world);
  unless(answer.health === 'true', `etcd of ${at.node.name} says health ${answer.health}`);
}

/**
 * The cluster as one member sees it: healthy, with a leader, and with exactly the planned members, all started.
 * @throws NotYet
 */
export async function quorum(at: Planned<'etcd'>, world: ProbeWorld): Promise<EtcdView> {
  await etcdHealthy(at, world);
  const client = endOf(at, 'client');
  // Through the JSON gateway of version 3, under this path since etcd 3.4.
  const { version, leader: id } = await requestJson(client, '/v3/maintenance/status', status, world, {});
  const { members } = await requestJson(client, '/v3/cluster/member/list', list, world, {});
  // A member tells the others where its clients reach it once it has started and joined.
  const names = members.flatMap(({ name, clientURLs = [] }) => (name && clientURLs.length > 0 ? [name] : [])).sort();
  const asked = allOf(world.plan, 'etcd')
    .map(({ node }) => node.name)
    .sort();
  unless(names.join() === asked.join(), `etcd has the members ${names.join()}, planned are ${asked.join()}`);
  const leader = members.find(({ ID }) => ID === id)?.name;
  if (leader === undefined) throw new NotYet(`etcd of ${at.node.name} knows no leader`);
  return { version, leader, members: names };
}
