import { JetStreamApiError, type JetStreamClient } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { Records, StoredRecord } from '../bus/records.ts';
import { isConflict } from './event-store.ts';
import type { Link } from './link.ts';

interface Parts {
  readonly link: Link;
  readonly js: JetStreamClient;
  readonly bucket: string;
  /** A record vanishes so long after its last change. */
  readonly ttlMs: number;
  readonly replicas: number;
}

/** Records in a KV bucket, which is made when it is first needed. */
export class KvRecords implements Records {
  readonly #parts: Parts;
  #bucket: Promise<KV> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async get(key: string): Promise<StoredRecord | undefined> {
    const { link, bucket } = this.#parts;
    const entry = await link.retry(`reading ${bucket}`, async () => (await this.#open()).get(key));
    return entry?.operation === 'PUT' ? { value: entry.string(), revision: entry.revision } : undefined;
  }

  async put(key: string, value: string, revision: number): Promise<boolean> {
    const { link } = this.#parts;
    const kv = await this.#open();
    try {
      // Not repeated: a first try that went through unheard would look like somebody else's.
      await link.orDisconnect(() => kv.put(key, value, { previousSeq: revision }));
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && isConflict(error)) return false;
      throw error;
    }
  }

  #open(): Promise<KV> {
    const { js, bucket, ttlMs, replicas } = this.#parts;
    const kvm = new Kvm(js);
    this.#bucket ??= kvm.create(bucket, { history: 1, ttl: ttlMs, replicas }).catch(() => kvm.open(bucket));
    this.#bucket.catch(() => (this.#bucket = undefined));
    return this.#bucket;
  }
}
