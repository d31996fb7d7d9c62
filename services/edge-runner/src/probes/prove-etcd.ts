import { etcdHealthy, quorum } from './etcd.ts';
import { allOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld, Proven } from './world.ts';

/** The cluster has the planned members, all healthy, and a leader. @throws NotYet */
export async function proveEtcd(at: Planned<'etcd'>, world: ProbeWorld): Promise<Proven> {
  const { version, leader, members } = await quorum(at, world);
  await Promise.all(allOf(world.plan, 'etcd').map((member) => etcdHealthy(member, world)));
  return {
    version,
    facts: {
      'etcd.version': version,
      'etcd.quorum': true,
      'etcd.leader': leader,
      'etcd.members': members.join(','),
      'etcd.healthy': members.length,
    },
  };
}
