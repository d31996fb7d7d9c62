import { join } from 'node:path';
import { z } from 'zod';
import { psql } from '../runtime/postgres/index.ts';
import { readIfThere, writeWhole } from '../runtime/process/files.ts';
import type { WorkloadContext } from './plugin.ts';

const serverFacts = z.object({ serverVersion: z.string(), settings: z.record(z.string(), z.string()) });
export type ServerFacts = z.infer<typeof serverFacts>;

const file = (context: WorkloadContext) => join(context.dir, 'server.json');

/** What may hold a secret is left out. */
const QUESTION = `SELECT json_build_object(
  'serverVersion', current_setting('server_version'),
  'settings', (SELECT json_object_agg(name, current_setting(name)) FROM pg_settings
    WHERE source NOT IN ('default', 'override', 'client', 'session')
      AND name NOT IN ('primary_conninfo', 'restore_command', 'archive_command', 'ssl_passphrase_command')))`;

/** The server's version and the settings that are not its defaults, kept beside the attempt's files. */
export async function askServer(context: WorkloadContext, bin: string, signal: AbortSignal): Promise<ServerFacts> {
  const { connection, password } = context;
  const facts = serverFacts.parse(JSON.parse(await psql({ bin, connection, password }, QUESTION, signal)));
  await writeWhole(file(context), JSON.stringify(facts, null, 2));
  return facts;
}

/** What was asked before the measurement; undefined if it never came to that. */
export async function knownServer(context: WorkloadContext): Promise<ServerFacts | undefined> {
  const text = await readIfThere(file(context));
  return text === undefined ? undefined : serverFacts.parse(JSON.parse(text));
}
