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

/**
 * Asks the server itself; it knows units and spellings, so "is it in force" is whether it took the value from our file.
 * pg_settings lacks custom settings nobody has defined (`my.note`): of those pg_file_settings tells.
 */
function question({ conf, files }: ServerSpec): string {
  const names = Object.keys(conf.settings).map((name) => literal(name.toLowerCase()));
  return `SELECT json_build_object(
    'serverVersion', current_setting('server_version'),
    'dataChecksums', current_setting('data_checksums'),
    'encoding', current_setting('server_encoding'),
    'locale', (SELECT datcollate FROM pg_database WHERE datname = current_database()),
    'settings', (SELECT coalesce(json_object_agg(asked.name, json_build_object(
        'value', coalesce(current_setting(asked.name, true), ''),
        'fromFile', applied AND (s.name IS NULL OR (s.source = 'configuration file' AND s.sourcefile = f.sourcefile)),
        'pending', coalesce(s.pending_restart, false))), '{}')
      FROM unnest(ARRAY[${names.join(', ')}]::text[]) AS asked(name)
      JOIN pg_file_settings f ON lower(f.name) = asked.name AND f.sourcefile = ${literal(files.conf)}
      LEFT JOIN pg_settings s ON lower(s.name) = asked.name))`;
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
