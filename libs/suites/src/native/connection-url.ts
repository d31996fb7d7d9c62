import { parseConnection } from '../connection/parse-connection.ts';
import type { ConnectionText } from '../connection/parse-connection.ts';

export const CONNECTION_URL_ALLOWED =
  'postgres://USER@HOST:PORT/DATABASE?sslmode=… of one host (postgresql:// as well)';

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
  const query = Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `postgres://${encodeURIComponent(user)}@${address}/${encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`;
}
