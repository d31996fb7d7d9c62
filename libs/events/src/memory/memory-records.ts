import type { Records, StoredRecord } from '../bus/records.ts';

/** Records of one bucket in memory; they do not vanish. */
export class MemoryRecords implements Records {
  readonly #entries = new Map<string, StoredRecord>();
  #revision = 0;

  get(key: string): Promise<StoredRecord | undefined> {
    return Promise.resolve(this.#entries.get(key));
  }

  put(key: string, value: string, revision: number): Promise<boolean> {
    if ((this.#entries.get(key)?.revision ?? 0) !== revision) return Promise.resolve(false);
    this.#revision += 1;
    this.#entries.set(key, { value, revision: this.#revision });
    return Promise.resolve(true);
  }
}
