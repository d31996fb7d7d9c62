import { BenchbusError } from '@benchbus/events';
import { psql, type PsqlTarget } from '../runtime/postgres/index.ts';
import { SCHEMA } from './external-login.ts';

/** Whose the schema is: what its comment says. */
export interface SchemaOwner {
  readonly installation: string;
  readonly runId: string;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const markOf = ({ installation, runId }: SchemaOwner): string =>
  `made by benchbus for run ${runId} of installation ${installation}`;

const MARK = `SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = ${literal(SCHEMA)}`;

const placeOf = ({ connection: { host, port, database } }: PsqlTarget): string => `${host}:${port}/${database}`;

/** Undefined: there is no such schema; else its comment. psql prints nothing for both no row and an empty comment. */
async function foundMark(target: PsqlTarget, signal?: AbortSignal): Promise<string | undefined> {
  const text = await psql(target, `SELECT '=' || mark FROM (${MARK}) AS found(mark)`, signal);
  return text === '' ? undefined : text.slice(1);
}

function foreign(target: PsqlTarget, found: string): BenchbusError {
  const ours = found.startsWith('made by benchbus for run ');
  return new BenchbusError({
    code: ours ? 'EXTERNAL_SCHEMA_IN_USE' : 'EXTERNAL_SCHEMA_FOREIGN',
    message: ours
      ? `another run has its tables in schema ${SCHEMA} (${found})`
      : `the database has a schema ${SCHEMA} already, and benchbus did not make it`,
    where: placeOf(target),
    hint: ours
      ? 'wait until that run is released; if it is long gone, its owner may drop the schema'
      : 'nothing was touched: rename that schema, or use another database',
  });
}

/**
 * Makes the load tool's schema, marked as this run's by its comment in the same transaction; one that is this run's already
 * is used. Nothing else of the database is touched.
 * @throws BenchbusError EXTERNAL_SCHEMA_FOREIGN | EXTERNAL_SCHEMA_IN_USE | DATABASE_QUERY_FAILED
 */
export async function claimSchema(target: PsqlTarget, owner: SchemaOwner, signal: AbortSignal): Promise<void> {
  const found = await foundMark(target, signal);
  if (found === markOf(owner)) return;
  if (found !== undefined) throw foreign(target, found);
  await psql(target, `CREATE SCHEMA ${SCHEMA}; COMMENT ON SCHEMA ${SCHEMA} IS ${literal(markOf(owner))}`, signal);
}

/** Removes this run's schema with all in it; any other stays. True: it was there. @throws BenchbusError DATABASE_QUERY_FAILED */
export async function dropSchema(target: PsqlTarget, owner: SchemaOwner, signal?: AbortSignal): Promise<boolean> {
  if ((await foundMark(target, signal)) !== markOf(owner)) return false;
  await psql(target, `DROP SCHEMA ${SCHEMA} CASCADE`, signal);
  return true;
}
