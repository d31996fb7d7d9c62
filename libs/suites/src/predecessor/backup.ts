import type { Backup } from '../model/components.ts';
import { parseDuration } from '../native/duration.ts';
import type { FieldPath } from '../parse/field-path.ts';
import type { OldNode } from './database-shape.ts';
import type { Notes } from './note.ts';
import { toCron } from './schedule.ts';

type OldBackup = NonNullable<OldNode['backup']>['config'];

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
  const { cron, changed } = toCron(old.schedule);
  if (changed !== undefined) note([...path, 'schedule'], [...native, 'schedule'], changed);
  const retention = old.retention.trim();
  const retentionMs = retention === '' ? undefined : retentionOf(retention);
  if (retention !== '' && retentionMs === undefined)
    note([...path, 'retention'], native, 'its retention is no duration such as 7d: backups are kept for ever');
  if (old.tool === undefined)
    note([...path, 'tool'], [...native, 'tool'], 'not said: pg_dump, which every PostgreSQL has');
  return {
    tool: old.tool === undefined ? 'pg_dump' : TOOLS[old.tool],
    schedule: cron,
    ...(retentionMs === undefined ? {} : { retentionMs }),
    destination: destination(old),
  };
}
