import { BenchbusError } from '@benchbus/events';
import { parseConnection, type Connection, type Plan } from '@benchbus/suites';
import { secretOf, type Secrets } from './secrets.ts';

/** The load tool's own schema in a database that exists already. */
export const SCHEMA = 'benchbus';

export interface ExternalLogin {
  /** Everything said over it is about the tool's own schema: `search_path` is that alone. */
  readonly connection: Connection;
  /** Empty: none is sent. */
  readonly password: string;
}

function byUrl(url: string): ExternalLogin {
  const parsed = parseConnection(url);
  if (parsed === undefined)
    throw new BenchbusError({
      code: 'EXTERNAL_URL_UNSUPPORTED',
      message: 'the URL in the secret (not shown) is none that the load tool can be told',
      where: 'database.connection.url',
      hint: 'postgres://user:password@host:port/database?parameters, of one host',
    });
  const { password = '', ...connection } = parsed;
  return { connection, password };
}

function inParts(of: Connection, secrets: Secrets): ExternalLogin {
  const { password, ...connection } = of;
  return {
    connection,
    password: password !== undefined && 'secret' in password ? secretOf(secrets, password) : '',
  };
}

/** @throws BenchbusError SECRET_MISSING | EXTERNAL_URL_UNSUPPORTED */
export function externalLogin(of: Plan['connection'], secrets: Secrets): ExternalLogin {
  const { connection, password } = 'url' in of ? byUrl(secretOf(secrets, of.url)) : inParts(of, secrets);
  const { options, ...parameters } = connection.parameters ?? {};
  const path = `-c search_path=${SCHEMA}`;
  return {
    connection: {
      ...connection,
      parameters: { ...parameters, options: options === undefined ? path : `${options} ${path}` },
    },
    password,
  };
}
