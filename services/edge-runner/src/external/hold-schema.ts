import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { namedEffect } from '@benchbus/service';
import { z } from 'zod';
import { plan } from '@benchbus/suites';
import { findBinaries } from '../runtime/postgres/index.ts';
import { readIfThere, writeWhole } from '../runtime/process/files.ts';
import { externalLogin, SCHEMA, type ExternalLogin } from './external-login.ts';
import { claimSchema, dropSchema, type SchemaOwner } from './own-schema.ts';
import type { Secrets } from './secrets.ts';

/**
 * In the node's folder as long as there may be a schema of this run: written before it is made, removed when it is dropped.
 * Whoever destroys the node finds it, and drops what a killed runner left. No secret is in it.
 */
export const MARKER = 'external-schema.json';

const marker = z.object({ installation: z.string(), runId: z.string(), connection: plan.shape.connection });
type Marker = z.infer<typeof marker>;

const targetOf = async (login: ExternalLogin) => ({
  bin: await findBinaries({ version: 'installed', programs: ['psql'] }),
  ...login,
});

/** @throws BenchbusError as claimSchema and externalLogin do */
export async function holdSchema(nodeDir: string, of: Marker, secrets: Secrets, signal: AbortSignal): Promise<void> {
  const target = await targetOf(externalLogin(of.connection, secrets));
  const file = join(nodeDir, MARKER);
  await writeWhole(file, JSON.stringify(of), 0o600);
  await namedEffect('schema-create', () => claimSchema(target, of satisfies SchemaOwner, signal)).catch(
    async (error: unknown) => {
      // Somebody else's is not ours to drop. Where nobody knows whether it was made, the mark stays.
      const { code } = error as { code?: string };
      if (code?.startsWith('EXTERNAL_SCHEMA_')) await rm(file, { force: true });
      throw error;
    },
  );
}

/**
 * Drops the schema that this node's run may have; undefined where there was none to drop, else what it was, for people.
 * @throws BenchbusError as dropSchema and externalLogin do; then the mark stays
 */
export async function releaseSchema(nodeDir: string, secrets: Secrets): Promise<string | undefined> {
  const file = join(nodeDir, MARKER);
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const of = marker.parse(JSON.parse(text));
  const target = await targetOf(externalLogin(of.connection, secrets));
  const dropped = await namedEffect('schema-drop', () => dropSchema(target, of));
  await rm(file, { force: true });
  const { host, port, database } = target.connection;
  return dropped ? `schema ${SCHEMA} of ${host}:${port}/${database}` : undefined;
}
