import type { GroupMember } from '../domain/concurrency.ts';
import type { Database } from './database.ts';

/** Concurrency slots and their queues: one row per run and rule of its chain, from entering to the run's end. */
export class GateStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  enter(runId: string, position: number, groupId: string): void {
    this.#db.run('INSERT INTO gates (runId, position, groupId) VALUES (?, ?, ?)', runId, position, groupId);
  }

  admit(runId: string, groupId: string): { position: number } | undefined {
    return this.#db.get(
      'UPDATE gates SET admitted = 1 WHERE runId = ? AND groupId = ? RETURNING position',
      runId,
      groupId,
    );
  }

  /** Gives back all slots and places of a run; the groups named have room now. */
  leave(runId: string): string[] {
    return this.#db
      .all<{ groupId: string }>('DELETE FROM gates WHERE runId = ? RETURNING groupId', runId)
      .map((row) => row.groupId);
  }

  members(groupId: string): GroupMember[] {
    return this.#db
      .all<{ runId: string; admitted: number; priority: number; seq: number }>(
        'SELECT g.runId, g.admitted, r.priority, r.seq FROM gates g JOIN runs r ON r.id = g.runId WHERE g.groupId = ?',
        groupId,
      )
      .map((row) => ({ runId: row.runId, admitted: row.admitted === 1, priority: row.priority, order: row.seq }));
  }
}
