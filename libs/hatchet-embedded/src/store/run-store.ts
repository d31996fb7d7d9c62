import type { SQLInputValue } from 'node:sqlite';
import type { Run, RunPatch } from '../domain/run.ts';
import type { Database } from './database.ts';

export type NewRun = Omit<Run, 'seq'>;

/** What the scheduler needs of a ready run; no payloads. */
export type ReadyRun = Pick<Run, 'id' | 'action' | 'versionId' | 'labelsJson'>;

/** Runs: insertion, patches, and the queries of the scheduler and its timers. */
export class RunStore {
  readonly #db: Database;
  #queueOrder: number;

  constructor(db: Database) {
    this.#db = db;
    this.#queueOrder = db.get<{ n: number }>('SELECT COALESCE(MAX(queueOrder), 0) AS n FROM runs')?.n ?? 0;
  }

  insert(run: NewRun): void {
    const columns = Object.keys(run);
    const marks = columns.map(() => '?').join(', ');
    this.#db.run(
      `INSERT INTO runs (${columns.join(', ')}) VALUES (${marks})`,
      ...(Object.values(run) as SQLInputValue[]),
    );
  }

  update(id: string, patch: RunPatch): void {
    const columns = Object.keys(patch);
    const sets = columns.map((column) => `${column} = ?`).join(', ');
    this.#db.run(`UPDATE runs SET ${sets} WHERE id = ?`, ...(Object.values(patch) as SQLInputValue[]), id);
  }

  get(id: string): Run | undefined {
    return this.#db.get<Run>('SELECT * FROM runs WHERE id = ?', id);
  }

  idByDedupeKey(key: string): string | undefined {
    return this.#db.get<{ id: string }>('SELECT id FROM runs WHERE dedupeKey = ?', key)?.id;
  }

  /** A place behind everybody queued so far. */
  nextQueueOrder(): number {
    this.#queueOrder += 1;
    return this.#queueOrder;
  }

  hasReady(): boolean {
    return this.#db.get(`SELECT 1 AS x FROM runs WHERE phase = 'ready' LIMIT 1`) !== undefined;
  }

  /** Highest priority first, then FIFO. */
  ready(): IterableIterator<ReadyRun> {
    return this.#db.iterate<ReadyRun>(
      `SELECT id, action, versionId, labelsJson FROM runs WHERE phase = 'ready' ORDER BY priority DESC, queueOrder`,
    );
  }

  /** How many runs of each version hold slots of each worker. */
  occupancy(): { workerId: string; versionId: string; runs: number }[] {
    return this.#db.all(
      `SELECT workerId, versionId, COUNT(*) AS runs FROM runs WHERE phase = 'assigned' AND holdsSlot = 1 GROUP BY workerId, versionId`,
    );
  }

  busyWorkers(): string[] {
    return this.#db
      .all<{ workerId: string }>(`SELECT DISTINCT workerId FROM runs WHERE phase = 'assigned'`)
      .map((row) => row.workerId);
  }

  assignedTo(workerId: string): Run[] {
    return this.#db.all<Run>(`SELECT * FROM runs WHERE phase = 'assigned' AND workerId = ? ORDER BY seq`, workerId);
  }

  /** Handed to nobody yet although assigned: left by a crash between the decision and the stream. */
  unsent(): Run[] {
    return this.#db.all<Run>(`SELECT * FROM runs WHERE phase = 'assigned' AND sent = 0`);
  }

  scheduleOverdue(now: number): Run[] {
    return this.#db.all<Run>(
      `SELECT * FROM runs WHERE phase IN ('gated', 'ready') AND scheduleTimeoutAt <= ? ORDER BY seq`,
      now,
    );
  }

  retryDue(now: number): Run[] {
    return this.#db.all<Run>(`SELECT * FROM runs WHERE phase = 'backoff' AND retryAt <= ? ORDER BY retryAt`, now);
  }

  timedOut(now: number): Run[] {
    return this.#db.all<Run>(`SELECT * FROM runs WHERE phase = 'assigned' AND timeoutAt <= ? ORDER BY seq`, now);
  }

  /** Sent before a stream broke, and their STARTED has not come in time. */
  unconfirmed(now: number): Run[] {
    return this.#db.all<Run>(`SELECT * FROM runs WHERE phase = 'assigned' AND confirmBy <= ? ORDER BY seq`, now);
  }

  /** Earliest schedule timeout, retry, execution timeout and missing STARTED; null where there is none. */
  dueTimes(): (number | null)[] {
    const min = (sql: string): number | null => this.#db.get<{ at: number | null }>(sql)?.at ?? null;
    return [
      min(`SELECT MIN(scheduleTimeoutAt) AS at FROM runs WHERE phase IN ('gated', 'ready')`),
      min(`SELECT MIN(retryAt) AS at FROM runs WHERE phase = 'backoff'`),
      min(`SELECT MIN(timeoutAt) AS at FROM runs WHERE phase = 'assigned'`),
      min(`SELECT MIN(confirmBy) AS at FROM runs WHERE phase = 'assigned' AND confirmBy IS NOT NULL`),
    ];
  }

  childCount(taskId: string): number {
    return this.#db.get<{ n: number }>('SELECT COUNT(*) AS n FROM runs WHERE parentTaskId = ?', taskId)?.n ?? 0;
  }
}
