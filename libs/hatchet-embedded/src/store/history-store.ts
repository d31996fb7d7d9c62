import type { Database } from './database.ts';

export interface TaskEvent {
  readonly id: number;
  readonly runId: string;
  readonly at: number;
  /** A `V1TaskEventType`. */
  readonly type: string;
  readonly message: string;
  readonly workerId: string | null;
  readonly retryCount: number;
}

export interface LogLine {
  readonly id: number;
  readonly runId: string;
  readonly at: number;
  readonly message: string;
  readonly level: string;
  readonly metadataJson: string;
  readonly retryCount: number;
}

export interface PushedEvent {
  readonly id: string;
  readonly key: string;
  readonly payload: string;
  readonly metadataJson: string | null;
  readonly scope: string | null;
  readonly at: number;
}

/** What happened: task events, log lines, pushed events. Written once, read by REST. */
export class HistoryStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  addTaskEvent(event: Omit<TaskEvent, 'id'>): void {
    this.#db.run(
      'INSERT INTO taskEvents (runId, at, type, message, workerId, retryCount) VALUES (?, ?, ?, ?, ?, ?)',
      ...[event.runId, event.at, event.type, event.message, event.workerId, event.retryCount],
    );
  }

  taskEvents(runId: string): TaskEvent[] {
    return this.#db.all<TaskEvent>('SELECT * FROM taskEvents WHERE runId = ? ORDER BY id', runId);
  }

  addLog(line: Omit<LogLine, 'id'>): void {
    this.#db.run(
      'INSERT INTO logs (runId, at, message, level, metadataJson, retryCount) VALUES (?, ?, ?, ?, ?, ?)',
      ...[line.runId, line.at, line.message, line.level, line.metadataJson, line.retryCount],
    );
  }

  logs(runId: string): LogLine[] {
    return this.#db.all<LogLine>('SELECT * FROM logs WHERE runId = ? ORDER BY at, id', runId);
  }

  addEvent(event: PushedEvent): void {
    this.#db.run(
      'INSERT INTO events (id, key, payload, metadataJson, scope, at) VALUES (?, ?, ?, ?, ?, ?)',
      ...[event.id, event.key, event.payload, event.metadataJson, event.scope, event.at],
    );
  }

  events(): PushedEvent[] {
    return this.#db.all<PushedEvent>('SELECT * FROM events ORDER BY at DESC');
  }
}
