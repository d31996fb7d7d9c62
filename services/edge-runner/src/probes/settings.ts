import { BenchbusError } from '@benchbus/events';
import { z } from 'zod';
import { sameValue } from './same-value.ts';
import { placeOf } from './planned.ts';
import type { Server } from './planned.ts';
import { query } from './query.ts';
import { loginTo } from './server-login.ts';
import type { Facts, ProbeWorld } from './world.ts';

const row = z.object({
  name: z.string(),
  /** As SHOW prints it. */
  value: z.string(),
  known: z.object({ setting: z.string(), unit: z.string().nullable(), type: z.string() }).nullable(),
  /** What its file says, where the server took it from there. */
  fromFile: z.string().nullable(),
  pending: z.boolean(),
});
type Row = z.infer<typeof row>;

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * pg_settings lacks custom settings nobody has defined (`my.note`). pg_file_settings reads the files as they are now, so
 * what was written after the last reload does not count. A session's own start-up parameters hide those of the file.
 */
const question = (names: readonly string[]) => `SELECT asked.name,
    coalesce(current_setting(asked.name, true), '') AS value,
    CASE WHEN s.name IS NOT NULL THEN json_build_object('setting', s.setting, 'unit', s.unit, 'type', s.vartype) END AS known,
    f.setting AS "fromFile",
    coalesce(s.pending_restart, false) AS pending
  FROM unnest(ARRAY[${names.map((name) => literal(name.toLowerCase())).join(', ')}]::text[]) AS asked(name)
  LEFT JOIN pg_settings s ON lower(s.name) = asked.name
  LEFT JOIN LATERAL (
    SELECT setting FROM pg_file_settings
    WHERE lower(name) = asked.name AND applied
      AND (s.name IS NULL OR s.source = 'client' OR (s.source = 'configuration file' AND s.sourcefile = pg_file_settings.sourcefile))
      AND (pg_stat_file(pg_file_settings.sourcefile)).modification <= pg_conf_load_time()
    ORDER BY seqno DESC LIMIT 1) f ON true`;

/**
 * Whether the server took the very words of the plan, or runs with the same in others: it knows units and spellings. A
 * setting that nobody has defined is text.
 */
const inForce = (asked: string, { value, known, fromFile, pending }: Row): boolean =>
  !pending &&
  (fromFile === asked ||
    (known === null ? value === asked : sameValue(asked, { ...known, unit: known.unit ?? undefined })));

/** Why another value than the asked one is right; undefined when it is not. */
export type Adjusted = (name: string, asked: string) => boolean;

/**
 * Every setting asked for, as it is in force: `setting.<name>`; where `adjusted` knows better, what was asked for, too:
 * `setting.<name>.asked`.
 * @throws BenchbusError DATABASE_SETTING_NOT_APPLIED, or as `query` does
 */
export async function settingsInForce(at: Server, world: ProbeWorld, adjusted: Adjusted = () => false): Promise<Facts> {
  const asked = Object.entries(at.process.settings);
  if (asked.length === 0) return {};
  // Without a time limit of its own, which would hide the server's.
  const login = { ...loginTo(at, world), pooled: true };
  const rows = z.array(row).parse(await query(login, question(asked.map(([name]) => name)), world));
  const facts: Record<string, string> = {};
  for (const [name, value] of asked) {
    const now = rows.find((one) => one.name === name.toLowerCase());
    const applied = now !== undefined && inForce(value, now);
    if (now === undefined || (!applied && !adjusted(name.toLowerCase(), value))) throw notApplied(at, name, value, now);
    facts[`setting.${name}`] = now.value;
    if (!applied) facts[`setting.${name}.asked`] = value;
  }
  return facts;
}

const notApplied = (at: Server, name: string, asked: string, now: Row | undefined) =>
  new BenchbusError({
    code: 'DATABASE_SETTING_NOT_APPLIED',
    message: `the server of ${at.node.name} runs with ${name} = ${now?.value || '(unknown)'}${now?.pending ? ' until it is restarted' : ''}, asked for was ${asked}`,
    where: `${placeOf(at)}, postgres.settings.${name}`,
    hint: 'something changed it after the start (ALTER SYSTEM, an edited file), or the server does not take that value',
  });
