import { BenchbusError } from '@benchbus/events';
import pg from 'pg';
import { NotYet } from './not-yet.ts';
import { sslOf } from './ssl-mode.ts';
import type { ProbeWorld } from './world.ts';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string;
  /** libpq's, of which `sslmode` counts. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** PgBouncer refuses start-up parameters that it does not know. */
  readonly pooled?: boolean;
  /** For errors: whom is asked. */
  readonly where: string;
}

/** Invalid password, invalid authorization; PgBouncer says it in words alone. */
const REFUSED = /password authentication failed|SASL authentication failed|no such user|no pg_hba\.conf entry/;
const refused = (code: string | undefined, message: string) => code?.startsWith('28') === true || REFUSED.test(message);
/** Syntax errors and missing rights: the question is wrong, not the moment. */
const wrong = (code: string | undefined) => code?.startsWith('42') === true;

/** What waiting can mend is NotYet, anything else an error with a code. */
function judge(error: unknown, { host, port, user, where }: Login): Error {
  const { code, message } = error as { code?: string; message: string };
  if (refused(code, message))
    return new BenchbusError(
      {
        code: 'DATABASE_LOGIN_REFUSED',
        message: `${host}:${port} does not let ${user} in: ${message}`,
        where,
        hint: 'something else than this run answers at the address, or its passwords were changed',
      },
      { cause: error, permanent: true },
    );
  if (wrong(code)) return new BenchbusError({ code: 'DATABASE_QUERY_FAILED', message, where }, { cause: error });
  return new NotYet(`${host}:${port}: ${message || String(code)}`, { cause: error });
}

type Row = Readonly<Record<string, unknown>>;

async function ask(login: Login, ssl: pg.ClientConfig['ssl'], sql: string, world: ProbeWorld): Promise<Row[]> {
  const { host, port, user, database, password, pooled } = login;
  const { timeoutMs, signal } = world;
  const limit = pooled ? {} : { statement_timeout: timeoutMs };
  const client = new pg.Client({
    ...{ host, port, user, database, password, ssl, ...limit },
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    application_name: 'benchbus-probe',
  });
  // What breaks later than the question is nobody's business; without a listener it would end the process.
  client.on('error', () => undefined);
  const stop = () => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * The rows of one statement, over a connection of its own. The simple protocol, which PgBouncer's console wants.
 * @throws NotYet where waiting may help (refused, starting up, too slow)
 * @throws BenchbusError DATABASE_LOGIN_REFUSED | DATABASE_QUERY_FAILED
 */
export async function query(login: Login, sql: string, world: ProbeWorld): Promise<Row[]> {
  let last: unknown;
  for (const ssl of sslOf(login.parameters)) {
    world.signal.throwIfAborted();
    try {
      return await ask(login, ssl, sql, world);
    } catch (error) {
      world.signal.throwIfAborted();
      last = error;
      if (!/does not support SSL/.test((error as Error).message)) break;
    }
  }
  throw judge(last, login);
}
