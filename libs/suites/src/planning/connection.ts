import type { ExternalDatabase } from '../model/database.ts';
import { DATABASE, USERS } from './credentials.ts';
import type { Layout } from './layout.ts';
import { nodesWith } from './layout.ts';
import type { Connection, ConnectionByUrl } from './plan.ts';
import { DEFAULT_PORTS } from '../rules/ports.ts';

/** The load tool connects to the first PgBouncer, else to the primary. */
export function connectionTo(layout: Layout): Connection {
  const [pool] = nodesWith(layout, 'pgbouncer');
  return {
    host: pool?.address ?? layout.primary.address,
    port: pool?.node.pgbouncer?.port ?? DEFAULT_PORTS.postgres,
    user: USERS.superuser,
    database: DATABASE,
    parameters: { sslmode: 'disable' },
    password: { credential: 'superuser' },
  };
}

/** A database that exists already. */
export function externalConnection(database: ExternalDatabase): Connection | ConnectionByUrl {
  if ('url' in database) return database;
  const { parameters, password, ...to } = database;
  return {
    ...to,
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    ...(password === undefined ? {} : { password }),
  };
}

/** An IPv6 address stands in brackets; a socket folder (`/run/…`) is percent-encoded. */
const hostOf = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : encodeURIComponent(host);

/** `postgres://user:password@host:port/database?sslmode=disable`, for tools that take a URL. */
export function connectionString({ connection }: { readonly connection: Connection }, password?: string): string {
  const { host, port, user, database, parameters } = connection;
  const login = encodeURIComponent(user) + (password === undefined ? '' : `:${encodeURIComponent(password)}`);
  const query = Object.entries(parameters ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const tail = query.length === 0 ? '' : `?${query.join('&')}`;
  return `postgres://${login}@${hostOf(host)}:${port}/${encodeURIComponent(database)}${tail}`;
}
