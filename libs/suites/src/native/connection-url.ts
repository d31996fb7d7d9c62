import { isDeepStrictEqual } from 'node:util';
import { parseConnection } from '../connection/parse-connection.ts';
import type { ConnectionText } from '../connection/parse-connection.ts';
import { carriesSecret } from '../parse/carries-secret.ts';

export const CONNECTION_URL_ALLOWED =
  'postgres://USER@HOST:PORT/DATABASE?sslmode=… of one host (postgresql:// as well), or { secret: NAME } for any other';

/** The URL of `connection.url`; libpq's keywords, which the parser knows too, are the predecessor's. */
export const parseConnectionUrl = (text: string): ConnectionText | undefined =>
  /^postgres(?:ql)?:\/\//.test(text) ? parseConnection(text) : undefined;

const SECRET_PARAMETER = /passw|secret|token/i;

/** Is there a secret in it? `passfile` is a path. */
export const holdsSecret = ({ password, parameters }: ConnectionText): boolean =>
  password !== undefined || Object.keys(parameters).some((name) => SECRET_PARAMETER.test(name));

/** The inverse of parsing, without the password. */
export function formatConnectionUrl({
  host,
  port,
  user,
  database,
  parameters,
}: Omit<ConnectionText, 'password'>): string {
  // A path of dots is a step up, in whatever way they are written.
  const isDots = database === '.' || database === '..';
  const query = Object.entries({ ...(isDots ? { dbname: database } : {}), ...parameters })
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `postgres://${encodeURIComponent(user)}@${address}/${isDots ? '' : encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`;
}

const MAX_URL = 4096;

/**
 * A connection that a native suite can say: a text of one host whose only secret, if any, is its password. Undefined for
 * any other text, which only can be referred to as a whole.
 */
export function sayableConnection(text: string): ConnectionText | undefined {
  const connection = parseConnection(text);
  if (connection === undefined) return undefined;
  const { password: _, ...rest } = connection;
  const url = formatConnectionUrl(rest);
  if (holdsSecret(rest) || carriesSecret(url) || url.length > MAX_URL) return undefined;
  // What a host may be is the URL's business: `host='a b'` is none.
  const again = parseConnection(url);
  return again !== undefined && isDeepStrictEqual(again, rest) ? connection : undefined;
}
