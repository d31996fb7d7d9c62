import { BenchbusError } from '@benchbus/events';
import { z } from 'zod';
import { psql } from './psql.ts';
import type { ServerSpec } from './server-spec.ts';

const setting = z.object({ value: z.string(), fromFile: z.boolean(), pending: z.boolean() });
const facts = z.object({
  serverVersion: z.string(),
  dataChecksums: z.string(),
  encoding: z.string(),
  locale: z.string(),
  settings: z.record(z.string(), setting),
});

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Asks the server itself; it knows units and spellings, so "is it in force" is whether it took the value from our file. */
function question({ conf, files }: ServerSpec): string {
  const names = Object.keys(conf.settings).map((name) => literal(name.toLowerCase()));
  return `SELECT json_build_object(
    'serverVersion', current_setting('server_version'),
    'dataChecksums', current_setting('data_checksums'),
    'encoding', current_setting('server_encoding'),
    'locale', (SELECT datcollate FROM pg_database WHERE datname = current_database()),
    'settings', (SELECT coalesce(json_object_agg(lower(name), json_build_object(
        'value', current_setting(name),
        'fromFile', source = 'configuration file' AND coalesce(sourcefile, '') = ${literal(files.conf)},
        'pending', pending_restart)), '{}')
      FROM pg_settings WHERE lower(name) = ANY (ARRAY[${names.join(', ')}]::text[])))`;
}

export interface Proof {
  readonly serverVersion: string;
  readonly proven: Record<string, string | number | boolean>;
}

/**
 * Connects as the load tool will, and reads back every setting that was asked for (`setting.<name>` in `proven`).
 * @throws BenchbusError DATABASE_SETTING_NOT_APPLIED | DATABASE_QUERY_FAILED
 */
export async function prove(spec: ServerSpec, signal: AbortSignal): Promise<Proof> {
  const found = facts.parse(JSON.parse(await psql(spec, question(spec), signal)));
  const proven: Proof['proven'] = {
    answersQuery: true,
    dataChecksums: found.dataChecksums === 'on',
    encoding: found.encoding,
    locale: found.locale,
    address: spec.conf.address,
    port: spec.conf.port,
  };
  for (const name of Object.keys(spec.conf.settings)) {
    const now = found.settings[name.toLowerCase()];
    if (now === undefined || !now.fromFile || now.pending) {
      throw new BenchbusError({
        code: 'DATABASE_SETTING_NOT_APPLIED',
        message: `the server runs with ${name} = ${now?.value ?? '(unknown)'}, not with what was asked`,
        where: `postgres.settings.${name}`,
      });
    }
    proven[`setting.${name}`] = now.value;
  }
  return { serverVersion: found.serverVersion, proven };
}
