import { unless } from './not-yet.ts';
import type { Server } from './planned.ts';
import { askServer } from './server-login.ts';
import type { ProbeWorld } from './world.ts';

export interface Stream {
  readonly application: string;
  readonly state: string;
  readonly sync: string;
  readonly slot: string;
  /** Bytes written by the primary that the replica has not replayed. */
  readonly lagBytes: number;
}

const STREAMS = `SELECT r.application_name AS application, r.state, r.sync_state AS sync,
    coalesce(s.slot_name, '') AS slot,
    coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn), -1)::float8 AS lag
  FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid`;

/** All that stream from a primary; copies in the making are among them, under other names. @throws what `query` throws */
export async function streamsFrom(primary: Server, world: ProbeWorld): Promise<Stream[]> {
  const rows = await askServer(primary, STREAMS, world);
  return rows.map((row) => ({
    application: String(row['application']),
    state: String(row['state']),
    sync: String(row['sync']),
    slot: String(row['slot']),
    lagBytes: Number(row['lag']),
  }));
}

const RECEIVER = `SELECT pg_is_in_recovery() AS standby,
  (SELECT status FROM pg_stat_wal_receiver) AS status`;

/**
 * Both ends have to say so. pg_basebackup's own stream shows as `streaming` on the primary, even over the replica's slot;
 * but it has no server that could answer.
 * @throws NotYet
 */
export async function streamOf(replica: Server, primary: Server, world: ProbeWorld): Promise<Stream> {
  const { name } = replica.node;
  const found = (await streamsFrom(primary, world)).filter(({ application }) => application === name);
  const stream = found.find(({ state }) => state === 'streaming');
  const others = found.map(({ state }) => state).join() || 'nothing';
  unless(stream !== undefined, `${primary.node.name} sees of ${name}: ${others}, not a stream`);
  const [row] = await askServer(replica, RECEIVER, world);
  unless(row?.['standby'] === true, `PostgreSQL of ${name} is no standby`);
  unless(row['status'] === 'streaming', `PostgreSQL of ${name} receives no stream (${String(row['status'])})`);
  return stream;
}
