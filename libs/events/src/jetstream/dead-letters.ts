import { JetStreamApiError } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager, MsgRequest } from '@nats-io/jetstream';
import { v4 } from 'uuid';
import { BenchbusError } from '../bus/errors.ts';
import type { NewEntry, StoredEntry } from '../core/dead-letter.ts';
import type { LetterStore } from '../core/letters.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { eraseMessage } from './erase-message.ts';
import { isConflict } from './event-store.ts';
import { isFull } from './is-full.ts';
import type { Link } from './link.ts';
import { DEADLETTERS_STREAM } from './stream-configs.ts';
import { fromWire, toWire } from './wire-headers.ts';

const lettersFull = (where: string, cause: unknown): BenchbusError =>
  new BenchbusError(
    {
      code: 'DEADLETTERS_FULL',
      message: 'the stream of dead letters has no room for another entry',
      where,
      hint: 'drop what nobody wants (`benchbus dead-letters list`, `drop`), or raise BENCHBUS_DEADLETTERS_MAX_BYTES',
    },
    { cause },
  );

const WHAT = 'reading the dead letters';

/** The stream DEADLETTERS. Its leader is asked, not any replica: what was stored before is seen. */
export class JetStreamLetterStore implements LetterStore {
  readonly #link: Link;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;

  constructor(link: Link, js: JetStreamClient, jsm: JetStreamManager) {
    this.#link = link;
    this.#js = js;
    this.#jsm = jsm;
  }

  get maxPayload(): number {
    return this.#link.nc.info?.max_payload ?? 1024 * 1024;
  }

  async entries(after = 0): Promise<StoredEntry[]> {
    const found: StoredEntry[] = [];
    for (let seq = after + 1; ;) {
      // The API knows `next_by_subj` since 2.2; the client hands it on, its type leaves it out.
      const query = { seq, next_by_subj: 'dead.>' } as MsgRequest;
      const message = await this.#link.retry(WHAT, () => this.#jsm.streams.getMessage(DEADLETTERS_STREAM, query));
      if (message === null) return found;
      const { subject, data, time } = message;
      const headers = fromWire(message.header);
      found.push({ subject, sequence: message.seq, headers, body: data, storedAt: time.getTime() });
      seq = message.seq + 1;
    }
  }

  async subjects(): Promise<string[]> {
    const query = { subjects_filter: 'dead.>' };
    const info = await this.#link.retry(WHAT, () => this.#jsm.streams.info(DEADLETTERS_STREAM, query));
    return Object.keys(info.state.subjects ?? {});
  }

  async append(subject: string, expected: number, { headers, body }: NewEntry): Promise<boolean> {
    const wire = toWire(headers);
    // Repeated after a lost answer, it is the same entry.
    const id = v4();
    wire.set('Nats-Msg-Id', id);
    wire.set('dead-entry', id);
    wire.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    try {
      await this.#link.retry('writing to the dead letters', () => this.#js.publish(subject, body, { headers: wire }));
      return true;
    } catch (error) {
      if (isFull(error)) throw lettersFull(subject, error);
      if (!isConflict(error)) throw error;
    }
    const query = { last_by_subj: subject };
    const last = await this.#link.retry(WHAT, () => this.#jsm.streams.getMessage(DEADLETTERS_STREAM, query));
    return last !== null && fromWire(last.header)['dead-entry'] === id;
  }

  async lastOf(subject: string): Promise<number> {
    const query = { last_by_subj: subject };
    const last = await this.#link.retry(WHAT, () => this.#jsm.streams.getMessage(DEADLETTERS_STREAM, query));
    return last?.seq ?? 0;
  }

  erase(sequence: number): Promise<void> {
    return eraseMessage(this.#link, this.#jsm, DEADLETTERS_STREAM, sequence);
  }

  async message(stream: string, sequence: number): Promise<StoredMessage | undefined> {
    const query = { seq: sequence };
    try {
      const message = await this.#link.retry(`reading ${stream}`, () => this.#jsm.streams.getMessage(stream, query));
      if (message === null) return undefined;
      return { subject: message.subject, sequence, headers: fromWire(message.header), body: message.data };
    } catch (error) {
      // Of a stream that is not there, nothing is.
      if (error instanceof JetStreamApiError) return undefined;
      throw error;
    }
  }
}
