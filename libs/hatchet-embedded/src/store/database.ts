import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { EngineError } from '../engine-error.ts';
import { SCHEMA, SCHEMA_VERSION, UPGRADES } from './schema.ts';

/**
 * `full`: the commit is on the disk before the caller is answered. `normal`: survives a killed process, but the last
 * moments may be lost with the machine; for what the engine can do without (STARTED, sent, logs).
 */
export type Durability = 'full' | 'normal';

/** The engine's SQLite file with a cache of prepared statements and non-nested transactions. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #durability: Durability = 'full';

  /** Opens `<stateDir>/engine.db`, exclusively: a second engine on the same directory is refused. */
  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    const file = join(stateDir, 'engine.db');
    this.#db = new DatabaseSync(file);
    chmodSync(file, 0o600); // it holds the token's secret
    try {
      // Exclusive locking is what makes the engine the only one here; the kernel drops the lock with the process.
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      this.#db.exec('BEGIN IMMEDIATE; COMMIT;');
    } catch (cause) {
      this.#db.close();
      throw new EngineError(
        'ENGINE_STATE_LOCKED',
        `another engine uses the state directory ${stateDir}; stop it or take another directory`,
        { cause },
      );
    }
    this.#migrate(stateDir);
  }

  #migrate(stateDir: string): void {
    const version = this.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
    if (version > SCHEMA_VERSION) {
      this.#db.close();
      throw new EngineError(
        'ENGINE_STATE_TOO_NEW',
        `${stateDir}/engine.db has schema ${String(version)}, this engine knows ${String(SCHEMA_VERSION)}; use the newer engine or another directory`,
      );
    }
    if (version > 0) for (const sql of UPGRADES.slice(version - 1)) this.#db.exec(sql);
    this.#db.exec(SCHEMA);
    this.#db.exec(`PRAGMA user_version = ${String(SCHEMA_VERSION)}`);
  }

  /** Runs `work` in one transaction; whatever it throws rolls everything back. */
  transaction<T>(durability: Durability, work: () => T): T {
    if (durability !== this.#durability) {
      this.#db.exec(`PRAGMA synchronous = ${durability}`);
      this.#durability = durability;
    }
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** All rows; `T` must name the selected columns, which schema.ts declares STRICT. */
  all<T>(sql: string, ...params: SQLInputValue[]): T[] {
    return this.#prepare(sql).all(...params) as T[];
  }

  get<T>(sql: string, ...params: SQLInputValue[]): T | undefined {
    return this.#prepare(sql).get(...params) as T | undefined;
  }

  iterate<T>(sql: string, ...params: SQLInputValue[]): IterableIterator<T> {
    // A statement of its own: a cached one could be reset by a nested call while it is being iterated.
    return this.#db.prepare(sql).iterate(...params) as IterableIterator<T>;
  }

  run(sql: string, ...params: SQLInputValue[]): void {
    this.#prepare(sql).run(...params);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
