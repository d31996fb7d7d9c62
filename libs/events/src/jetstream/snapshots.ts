import type { JetStreamClient } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import type { Snapshot, Snapshots } from '../bus/snapshots.ts';
import { problemOf } from '../bus/errors.ts';
import type { BusLogger } from '../core/logger.ts';
import { encodeSnapshot, usableSnapshot } from '../core/snapshot-codec.ts';
import { PROJECTIONS_BUCKET } from './stream-configs.ts';

/** Headers and the key need some of a message, too. */
const ROOM = 4096;

interface Parts {
  readonly js: JetStreamClient;
  readonly incarnation: string;
  readonly lastSequence: () => Promise<number>;
  readonly maxPayload: () => number;
  readonly create: boolean;
  readonly replicas: number;
  readonly logger: BusLogger;
}

/** Snapshots in a KV bucket that is opened at the first use. */
export class KvSnapshots implements Snapshots {
  readonly #parts: Parts;
  #bucket: Promise<KV> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  load(name: string, schemaVersion: number): Promise<Snapshot | undefined> {
    return this.#try('could not read a snapshot', undefined, async () => {
      const entry = await (await this.#open()).get(name);
      if (entry?.operation !== 'PUT') return undefined;
      const { incarnation, lastSequence } = this.#parts;
      return usableSnapshot(entry.value, { incarnation, schemaVersion }, await lastSequence());
    });
  }

  save(name: string, schemaVersion: number, snapshot: Snapshot): Promise<boolean> {
    return this.#try('could not keep a snapshot', false, async () => {
      const { incarnation, maxPayload } = this.#parts;
      const bytes = encodeSnapshot({ incarnation, schemaVersion }, snapshot);
      if (bytes.length + ROOM > maxPayload()) return false;
      await (await this.#open()).put(name, bytes);
      return true;
    });
  }

  async #try<T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#bucket = undefined;
      this.#parts.logger.debug({ problem: problemOf(error) }, what);
      return otherwise;
    }
  }

  #open(): Promise<KV> {
    const { js, create, replicas } = this.#parts;
    const kvm = new Kvm(js);
    // As a bucket that is made is read: from any replica.
    const open = () => kvm.open(PROJECTIONS_BUCKET, { allow_direct: true });
    return (this.#bucket ??= create ? kvm.create(PROJECTIONS_BUCKET, { history: 1, replicas }).catch(open) : open());
  }
}
