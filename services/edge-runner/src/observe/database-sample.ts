import pg from 'pg';
import type { Login } from '../probes/query.ts';
import { sslOf } from '../probes/ssl-mode.ts';

/** Counters of the server since it started, and what its sessions do at this moment. */
export interface DatabaseSample {
  /** Whose they are: after a failover another one's. */
  readonly server: string;
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  readonly tempBytes: number;
  readonly deadlocks: number;
  readonly walBytes: number | undefined;
  readonly activeSessions: number;
  readonly waitingForLocks: number;
}

type Counted = Omit<DatabaseSample, 'server'>;

const SQL = (version: number) => `SELECT sum(xact_commit)::float8 AS commits, sum(xact_rollback)::float8 AS rollbacks,
  sum(blks_read)::float8 AS "blocksRead", sum(blks_hit)::float8 AS "blocksHit", sum(temp_bytes)::float8 AS "tempBytes",
  sum(deadlocks)::float8 AS deadlocks, ${version >= 140_000 ? '(SELECT wal_bytes::float8 FROM pg_stat_wal)' : 'NULL::float8'} AS "walBytes",
  (SELECT count(*)::float8 FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()) AS "activeSessions",
  (SELECT count(*)::float8 FROM pg_stat_activity WHERE wait_event_type = 'Lock') AS "waitingForLocks"
  FROM pg_stat_database`;

/** One session that asks the server's own statistics; what goes wrong is no sample, and another session next time. */
export class DatabaseSampler {
  readonly #login: Login;
  readonly #timeoutMs: number;
  /** libpq takes several hosts, and so may the load tool's connection: one after the other. */
  readonly #hosts: readonly string[];
  #turn = 0;
  #client: pg.Client | undefined;
  #sql = '';
  #server = '';

  constructor(login: Login, timeoutMs: number) {
    this.#login = login;
    this.#timeoutMs = timeoutMs;
    this.#hosts = login.host.split(',');
  }

  async sample(): Promise<DatabaseSample | undefined> {
    try {
      this.#client ??= await this.#connect();
      const [row] = (
        await this.#client.query<Record<Exclude<keyof DatabaseSample, 'server'>, number | null>>(this.#sql)
      ).rows;
      return row && { ...(row as Counted), walBytes: row.walBytes ?? undefined, server: this.#server };
    } catch {
      // A killed leader, a restart: the measurement goes on, and so do the samples when it is back.
      this.#turn += 1;
      await this.close();
      return undefined;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<pg.Client> {
    const { port, user, database, password, parameters } = this.#login;
    const host = this.#hosts[this.#turn % this.#hosts.length] ?? '';
    let last: unknown;
    for (const ssl of sslOf(parameters)) {
      const client = new pg.Client({
        ...{ host, port, user, database, password, ssl },
        connectionTimeoutMillis: this.#timeoutMs,
        query_timeout: this.#timeoutMs,
        application_name: 'benchbus-metrics',
      });
      client.on('error', () => (this.#client = undefined));
      try {
        await client.connect();
        const { rows } = await client.query<{ version: number; standby: boolean }>(
          "SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS standby",
        );
        // Of several the one that takes writes, as the load tool: a standby, also one that led before, tells nothing of the load.
        if (this.#hosts.length > 1 && rows[0]?.standby === true) throw new Error(`${host} is a standby`);
        this.#sql = SQL(rows[0]?.version ?? 0);
        this.#server = host;
        return client;
      } catch (error) {
        last = error;
        await client.end().catch(() => undefined);
      }
    }
    throw last;
  }
}
