import type { Backup } from '../model/components.ts';
import { parseDuration } from '../native/duration.ts';
import type { FieldPath } from '../parse/field-path.ts';
import type { OldNode } from './database-shape.ts';
import type { Notes } from './note.ts';

type OldBackup = NonNullable<OldNode['backup']>['config'];

/** Cron's nicknames, which many schedulers know. */
const NICKNAMES: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

export const cronOf = (schedule: string): string => NICKNAMES[schedule.trim().toLowerCase()] ?? schedule.trim();

/** `7d`, `12h`, `2w`; undefined for other texts, which the predecessor took as well. */
function retentionOf(text: string): number | undefined {
  const weeks = /^(\d{1,3})w$/.exec(text);
  return parseDuration(weeks === null ? text : `${Number(weeks[1]) * 7}d`);
}

const TOOLS = { WAL_G: 'wal-g', PG_DUMP: 'pg_dump' } as const;

function destination({ s3, local }: OldBackup): Backup['destination'] {
  if (s3 !== undefined) return { s3 };
  const path = local?.path ?? '/';
  // Its containers worked in the root folder.
  return { path: path.startsWith('/') ? path : `/${path}` };
}

export function toBackup(old: OldBackup, path: FieldPath, native: FieldPath, note: Notes): Backup {
  const retention = old.retention.trim();
  const retentionMs = retention === '' ? undefined : retentionOf(retention);
  if (retention !== '' && retentionMs === undefined)
    note([...path, 'retention'], native, 'its retention is no duration such as 7d: backups are kept for ever');
  if (old.tool === undefined)
    note([...path, 'tool'], [...native, 'tool'], 'not said: pg_dump, which every PostgreSQL has');
  return {
    tool: old.tool === undefined ? 'pg_dump' : TOOLS[old.tool],
    schedule: cronOf(old.schedule),
    ...(retentionMs === undefined ? {} : { retentionMs }),
    destination: destination(old),
  };
}
