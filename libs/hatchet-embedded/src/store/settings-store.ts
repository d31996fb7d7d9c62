import type { Database } from './database.ts';

export type SettingName = 'tenantId' | 'tokenSecret' | 'token' | 'grpcPort' | 'restPort';

/** Identity, secret and ports of this engine, kept over restarts. */
export class SettingsStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  get(name: SettingName): string | undefined {
    return this.#db.get<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value;
  }

  set(name: SettingName, value: string): void {
    this.#db.run(
      'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  /** The stored value, or the new one, stored. */
  getOrCreate(name: SettingName, create: () => string): string {
    const known = this.get(name);
    if (known !== undefined) return known;
    const value = create();
    this.set(name, value);
    return value;
  }
}
