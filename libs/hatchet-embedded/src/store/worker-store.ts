import type { LabelValue } from '../domain/labels.ts';
import type { Database } from './database.ts';

/** A registered worker. Its id outlives the engine: after a restart the SDK listens again with the same id. */
export interface WorkerRecord {
  readonly id: string;
  readonly name: string;
  readonly actions: readonly string[];
  readonly slots: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, LabelValue>>;
  readonly runtime: Readonly<Record<string, string>>;
  readonly paused: boolean;
  readonly createdAt: number;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly actionsJson: string;
  readonly slotsJson: string;
  readonly labelsJson: string;
  readonly runtimeJson: string;
  readonly paused: number;
  readonly createdAt: number;
}

export class WorkerStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  save(worker: WorkerRecord): void {
    this.#db.run(
      `INSERT INTO workers (id, name, actionsJson, slotsJson, labelsJson, runtimeJson, paused, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET labelsJson = excluded.labelsJson, paused = excluded.paused`,
      worker.id,
      worker.name,
      JSON.stringify(worker.actions),
      JSON.stringify(worker.slots),
      JSON.stringify(worker.labels),
      JSON.stringify(worker.runtime),
      worker.paused ? 1 : 0,
      worker.createdAt,
    );
  }

  all(): WorkerRecord[] {
    return this.#db.all<Row>('SELECT * FROM workers ORDER BY createdAt').map((row) => ({
      id: row.id,
      name: row.name,
      actions: JSON.parse(row.actionsJson) as string[],
      slots: JSON.parse(row.slotsJson) as Record<string, number>,
      labels: JSON.parse(row.labelsJson) as Record<string, LabelValue>,
      runtime: JSON.parse(row.runtimeJson) as Record<string, string>,
      paused: row.paused === 1,
      createdAt: row.createdAt,
    }));
  }

  /** A CANCEL that could not be sent because the worker's stream was down. */
  addPendingCancel(workerId: string, runId: string, retryCount: number): void {
    this.#db.run('INSERT INTO pendingCancels VALUES (?, ?, ?)', workerId, runId, retryCount);
  }

  takePendingCancels(workerId: string): { runId: string; retryCount: number }[] {
    return this.#db.all('DELETE FROM pendingCancels WHERE workerId = ? RETURNING runId, retryCount', workerId);
  }
}
