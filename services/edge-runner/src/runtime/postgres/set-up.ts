import { BenchbusError } from '@benchbus/events';
import { namedEffect } from '@benchbus/service';
import { makeOwnedDir, readIfThere, writeWhole } from '../process/files.ts';
import { renderConf, reservedSetting } from './conf.ts';
import { initialise } from './initdb.ts';
import { prove, type Proof } from './prove.ts';
import { psql } from './psql.ts';
import type { ServerSpec } from './server-spec.ts';
import { recordSharedMemory } from './shared-memory.ts';
import { startServer } from './start.ts';
import { stopServer } from './stop.ts';

async function createDatabase(spec: ServerSpec, signal: AbortSignal): Promise<void> {
  const { database } = spec.connection;
  const admin = { ...spec, connection: { ...spec.connection, database: 'postgres' } };
  const literal = `'${database.replaceAll("'", "''")}'`;
  if ((await psql(admin, `SELECT 1 FROM pg_database WHERE datname = ${literal}`, signal)) === '1') return;
  await spec.mayCreate();
  await namedEffect('database-create', () =>
    psql(admin, `CREATE DATABASE "${database.replaceAll('"', '""')}"`, signal),
  );
}

/**
 * Sets up and starts one server so that it answers queries: idempotent within an attempt (what a crashed runner left is
 * used, or redone if it is not complete); a new attempt starts from an empty data folder.
 */
export async function setUpServer(spec: ServerSpec, signal: AbortSignal): Promise<Proof> {
  const { files, conf, user } = spec;
  const problem = reservedSetting(conf.settings);
  if (problem !== undefined) throw new BenchbusError(problem);
  await makeOwnedDir(files.home, user);
  const mark = JSON.stringify({ attempt: spec.attempt });
  if ((await readIfThere(files.initialised)) !== mark) {
    spec.tell?.('initdb');
    await stopServer(files, signal);
    await initialise(spec, signal);
  }
  await namedEffect('conf-write', () => writeWhole(files.conf, renderConf(conf), 0o600, user));
  spec.tell?.('starting PostgreSQL');
  const postmaster = await startServer(spec, signal);
  await namedEffect('memory-record', () => recordSharedMemory(postmaster, files.shm));
  await createDatabase(spec, signal);
  spec.tell?.('proving that it answers');
  return namedEffect('database-proof', () => prove(spec, signal));
}
