import { BenchbusError } from '@benchbus/events';
import type { Connection } from '@benchbus/suites';

/** libpq's own variables for its parameters (PostgreSQL manual, "Environment Variables"). */
const VARIABLES: Readonly<Record<string, string>> = {
  application_name: 'PGAPPNAME',
  channel_binding: 'PGCHANNELBINDING',
  client_encoding: 'PGCLIENTENCODING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  gssencmode: 'PGGSSENCMODE',
  hostaddr: 'PGHOSTADDR',
  krbsrvname: 'PGKRBSRVNAME',
  options: 'PGOPTIONS',
  require_auth: 'PGREQUIREAUTH',
  requirepeer: 'PGREQUIREPEER',
  sslcert: 'PGSSLCERT',
  sslcompression: 'PGSSLCOMPRESSION',
  sslcrl: 'PGSSLCRL',
  sslkey: 'PGSSLKEY',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslsni: 'PGSSLSNI',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
};

/**
 * How programs of libpq are told where to connect: by their environment, as everybody reads argv.
 * @throws BenchbusError DATABASE_PARAMETER_UNKNOWN: a parameter that no variable can say
 */
export function libpqEnv(connection: Connection, password: string): Record<string, string> {
  const env: Record<string, string> = {
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGDATABASE: connection.database,
    ...(password === '' ? {} : { PGPASSWORD: password }),
    PGCONNECT_TIMEOUT: '10',
  };
  for (const [name, value] of Object.entries(connection.parameters ?? {})) {
    const variable = VARIABLES[name];
    if (variable === undefined)
      throw new BenchbusError({
        code: 'DATABASE_PARAMETER_UNKNOWN',
        message: `the connection's parameter ${name} cannot be handed to the load tool`,
        where: 'database.connection',
        hint: `known are ${Object.keys(VARIABLES).join(', ')}`,
      });
    env[variable] = value;
  }
  return env;
}
