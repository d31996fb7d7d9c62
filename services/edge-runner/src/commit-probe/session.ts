import pg from 'pg';
import { sslOf } from '../probes/ssl-mode.ts';
import type { ProbeSettings, Server } from './settings.ts';

/** One connection to a server that takes writes. */
export interface Session {
  readonly client: pg.Client;
  /** Set when the connection is broken. */
  broken: boolean;
  /** The last commit is only on the server that confirmed it, not on the standby it waits for. */
  unreplicated: boolean;
}

export const TABLE = 'benchbus_probe.commits';

/** `IF NOT EXISTS` is not safe against itself; the probe is one client. */
const PREPARE = `CREATE SCHEMA IF NOT EXISTS benchbus_probe;
CREATE TABLE IF NOT EXISTS ${TABLE} (attempt int, number bigint, PRIMARY KEY (attempt, number))`;

const READ_ONLY = "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only";

async function connect(server: Server, ssl: pg.ClientConfig['ssl'], settings: ProbeSettings): Promise<Session> {
  const { user, database, password, answerMs } = settings;
  const client = new pg.Client({
    ...{ ...server, user, database, password, ssl },
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    keepAlive: true,
  });
  const session: Session = { client, broken: false, unreplicated: false };
  client.on('error', () => (session.broken = true));
  client.on('end', () => (session.broken = true));
  client.on('notice', ({ message }) => {
    // "canceling wait for synchronous replication …: the transaction has already committed locally": acknowledged, but not kept.
    if (message?.includes('synchronous replication')) session.unreplicated = true;
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ read_only: boolean }>(READ_ONLY);
    if (rows[0]?.read_only !== false) throw new Error(`${server.host}:${server.port} takes no writes`);
    await client.query(PREPARE);
    return session;
  } catch (error) {
    close(session);
    throw error;
  }
}

/** Does not wait: what does not answer would not answer to that either. */
export function close({ client }: Session): void {
  client.end().catch(() => undefined);
  // Private, but the only way to be rid of a connection whose server is gone without a word.
  (client as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy();
}

/** The first server in turn that takes writes, as libpq's `target_session_attrs=read-write`. @throws the last one's error */
export async function openSession(settings: ProbeSettings): Promise<Session> {
  let last: unknown;
  for (const server of settings.servers)
    for (const ssl of sslOf({ sslmode: settings.sslmode }))
      try {
        return await connect(server, ssl, settings);
      } catch (error) {
        last = error;
      }
  throw last;
}
