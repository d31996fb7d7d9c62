import type { z } from 'zod';
import type { Database, ExternalDatabase } from '../../model/database.ts';
import { formatConnectionUrl, parseConnectionUrl } from '../connection-url.ts';
import type { database } from '../schema/database.ts';
import { topologyToModel, topologyToNative } from './topology.ts';

type Native = z.output<typeof database>;

function connectionToModel({ url, password }: NonNullable<Native['connection']>): ExternalDatabase {
  if (typeof url !== 'string') return { url };
  const parsed = parseConnectionUrl(url);
  if (parsed === undefined) throw new TypeError('the rules let a connection URL through that cannot be read');
  const { host, port, user, database: name, parameters } = parsed;
  return { host, port, user, database: name, parameters, ...(password === undefined ? {} : { password }) };
}

export function databaseToModel({ topology, connection }: Native): Database {
  if (topology !== undefined) return { topology: topologyToModel(topology) };
  if (connection === undefined) throw new TypeError('the rules let a test without a database through');
  return { connection: connectionToModel(connection) };
}

export function databaseToNative(model: Database): z.input<typeof database> {
  if ('topology' in model) return { topology: topologyToNative(model.topology) };
  if ('url' in model.connection) return { connection: model.connection };
  const { password } = model.connection;
  return {
    connection: { url: formatConnectionUrl(model.connection), ...(password === undefined ? {} : { password }) },
  };
}
