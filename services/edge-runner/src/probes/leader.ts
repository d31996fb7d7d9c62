import { BenchbusError } from '@benchbus/events';
import { NotYet, unless } from './not-yet.ts';
import { clusterOf, holdsLock } from './patroni-rest.ts';
import type { Member } from './patroni-rest.ts';
import { allOf } from './planned.ts';
import type { Planned, Server } from './planned.ts';
import { askServer } from './server-login.ts';
import type { ProbeWorld } from './world.ts';

/** @throws NotYet while the server takes no writes */
export async function takesWrites(at: Server, world: ProbeWorld): Promise<void> {
  // A new transaction id is what a standby and a server just promoted cannot give; it leaves nothing, and waits for no standby.
  const sql = `SELECT CASE WHEN pg_is_in_recovery() THEN 'is in recovery'
    WHEN current_setting('transaction_read_only') = 'on' THEN 'is read-only'
    ELSE 'gives ' || txid_current() END AS says`;
  const [row] = await askServer(at, sql, world);
  const says = String(row?.['says']);
  unless(says.startsWith('gives '), `PostgreSQL of ${at.node.name} ${says}`);
}

export interface ClusterView {
  readonly leader: Planned<'patroni'>;
  readonly members: readonly Member[];
}

/** Whom the member sees lead; its own word and its server's are asked, too. */
async function leaderBy(at: Planned<'patroni'>, world: ProbeWorld): Promise<ClusterView> {
  const members = await clusterOf(at, world);
  const name = members.find(({ role }) => role === 'leader')?.name;
  const leader = allOf(world.plan, 'patroni').find(({ node }) => node.name === name);
  if (leader === undefined) throw new NotYet(`Patroni of ${at.node.name} knows no leader`);
  await holdsLock(leader, world);
  await takesWrites(leader, world);
  return { leader, members };
}

/**
 * The cluster's leader, which takes writes. Asks the member, then the others: after a failover the planned primary may be
 * gone, and whoever starts again then must not wait for it.
 * @throws NotYet with the member's own reason
 */
export async function leaderOf(at: Planned<'patroni'>, world: ProbeWorld): Promise<ClusterView> {
  const others = allOf(world.plan, 'patroni').filter(({ node }) => node.name !== at.node.name);
  let first: unknown;
  for (const member of [at, ...others]) {
    try {
      return await leaderBy(member, world);
    } catch (error) {
      if (error instanceof BenchbusError || world.signal.aborted) throw error;
      first ??= error;
    }
  }
  throw first;
}
