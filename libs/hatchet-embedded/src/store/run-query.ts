import type { SQLInputValue } from 'node:sqlite';
import { matchesMetadata } from '../domain/metadata-filter.ts';
import type { Run } from '../domain/run.ts';
import type { Database } from './database.ts';

/** Filters of REST list, cancel and replay; absent ones match everything. Times in ms; `since` and `until` inclusive. */
export interface RunFilter {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly statuses?: readonly string[];
  readonly workflowIds?: readonly string[];
  readonly workerId?: string | undefined;
  readonly parentTaskId?: string | undefined;
  /** `key:value` pairs, ORed. */
  readonly metadata?: readonly string[];
}

/** Ids of the matching runs, newest first. */
export function queryRunIds(db: Database, filter: RunFilter): string[] {
  const where: string[] = ['1 = 1'];
  const params: SQLInputValue[] = [];
  const add = (clause: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    where.push(clause);
    params.push(value);
  };
  const among = (column: string, values: readonly string[] | undefined): void => {
    if (!values || values.length === 0) return;
    where.push(`${column} IN (SELECT value FROM json_each(?))`);
    params.push(JSON.stringify(values));
  };
  add('createdAt >= ?', filter.since);
  add('createdAt <= ?', filter.until);
  add('workerId = ?', filter.workerId);
  add('parentTaskId = ?', filter.parentTaskId);
  among('status', filter.statuses);
  among('workflowId', filter.workflowIds);
  const sql = `SELECT id, metadataJson FROM runs WHERE ${where.join(' AND ')} ORDER BY createdAt DESC, seq DESC`;
  const rows = db.all<Pick<Run, 'id' | 'metadataJson'>>(sql, ...params);
  const pairs = filter.metadata ?? [];
  const matching =
    pairs.length === 0 ? rows : rows.filter((run) => matchesMetadata(parseMetadata(run.metadataJson), pairs));
  return matching.map((run) => run.id);
}

/** How many runs have each status. */
export function countByStatus(db: Database): Map<string, number> {
  const rows = db.all<{ status: string; n: number }>('SELECT status, COUNT(*) AS n FROM runs GROUP BY status');
  return new Map(rows.map((row) => [row.status, row.n]));
}

/** The additional metadata as an object; it was checked to be one when the run was triggered. */
export function parseMetadata(json: string | null): Record<string, unknown> {
  return json === null ? {} : (JSON.parse(json) as Record<string, unknown>);
}
