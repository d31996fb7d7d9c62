import { JetStreamApiCodes, JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogStore, Publication, Published, StoredTailOptions } from '../core/log-store.ts';
import type { BusLogger } from '../core/logger.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { BenchbusError, LogFull } from '../bus/errors.ts';
import { directBatch } from './direct-batch.ts';
import { isFull } from './is-full.ts';
import type { Link } from './link.ts';
import { ARCHIVE_STREAM, EVENTS_STREAM, INCARNATION } from './stream-configs.ts';
import { Tail } from './tail.ts';
import { fromWire, storedOf, toWire } from './wire-headers.ts';

/**
 * Measured (1,000 events of one aggregate, busy 2-core machine): 100 to 170 ms whatever the batch size, an ordered consumer
 * 60 ms; but 0.3 to 2 ms against 5 ms for a handful of events, which is what aggregates have.
 */
const BATCH = 250;
const MAX_TRIES = 8;

/** The subject is not at the expected version. */
export const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown);

const archiveIsRead = (subject: string): BenchbusError =>
  new BenchbusError(
    {
      code: 'ARCHIVE_READ_ONLY',
      message: 'the archive of the log takes no facts but those of the log',
      where: subject,
    },
    { permanent: true },
  );

/** The stream EVENTS, or its archive, which is only read, as a LogStore. */
export class JetStreamEventStore implements LogStore {
  readonly incarnation: string;
  readonly #link: Link;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #patienceMs: number;
  readonly #logger: BusLogger;
  /** Nothing is published after a reconnect before it is certain that this is the same log. */
  #identity: Promise<void> = Promise.resolve();

  constructor(parts: {
    readonly link: Link;
    readonly js: JetStreamClient;
    readonly jsm: JetStreamManager;
    readonly stream: typeof EVENTS_STREAM | typeof ARCHIVE_STREAM;
    readonly incarnation: string;
    readonly patienceMs: number;
    readonly logger: BusLogger;
  }) {
    this.#link = parts.link;
    this.#js = parts.js;
    this.#jsm = parts.jsm;
    this.#stream = parts.stream;
    this.incarnation = parts.incarnation;
    this.#patienceMs = parts.patienceMs;
    this.#logger = parts.logger;
    parts.link.onReconnect(() => (this.#identity = this.#checkIdentity()));
  }

  /**
   * Behind the same address may now be another log, a restored one: its sequences are other versions and other fencing
   * tokens. Whoever decided on the old one must start anew.
   */
  async #checkIdentity(): Promise<void> {
    try {
      const info = await this.#link.retry('asking for the log', () => this.#jsm.streams.info(this.#stream));
      if (info.config.metadata?.[INCARNATION] === this.incarnation) return;
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) return;
    }
    this.#link.break(
      new BenchbusError({
        code: 'LOG_REPLACED',
        message: `the log behind ${this.#link.address} is not ${this.incarnation} any more`,
        where: this.#link.address,
        hint: 'restart this process',
      }),
    );
    this.#logger.error({ incarnation: this.incarnation }, 'the log was replaced; this process must be restarted');
  }

  get maxPayload(): number {
    return this.#link.nc.info?.max_payload ?? 1024 * 1024;
  }

  last(subject: string): Promise<StoredMessage | undefined> {
    return this.#link.retry(`reading ${subject}`, async () => {
      const message = await this.#jsm.direct.getMessage(this.#stream, { last_by_subj: subject });
      if (message === null) return undefined;
      return { subject: message.subject, sequence: message.seq, headers: fromWire(message.header), body: message.data };
    });
  }

  async readStored(subject: string, after: number, limit = Infinity): Promise<StoredMessage[]> {
    const all: StoredMessage[] = [];
    for (let next = after + 1; ;) {
      const request = { seq: next, subject, batch: Math.min(BATCH, limit - all.length) };
      const { messages, pending } = await this.#link.retry(`reading ${subject}`, () =>
        directBatch(this.#link, this.#stream, request),
      );
      all.push(...messages);
      const last = messages.at(-1);
      if (last === undefined || pending === 0 || all.length >= limit) return all;
      next = last.sequence + 1;
    }
  }

  async publish({ subject, id, expected, headers, body }: Publication): Promise<Published> {
    if (this.#stream === ARCHIVE_STREAM) throw archiveIsRead(subject);
    await this.#identity;
    const wire = toWire(headers);
    wire.set('Nats-Msg-Id', id);
    wire.set('Nats-Expected-Stream', EVENTS_STREAM);
    wire.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    try {
      const ack = await this.#link.orDisconnect(() => this.#js.publish(subject, body, { headers: wire }));
      return ack.duplicate ? { kind: 'duplicate' } : { kind: 'stored', sequence: ack.seq };
    } catch (error) {
      if (isConflict(error)) return { kind: 'conflict' };
      if (error instanceof BenchbusError) throw error;
      if (isFull(error)) throw new LogFull(subject, { cause: error });
      // Refused with a reason (no space, no permission): stored for certain not.
      if (error instanceof JetStreamApiError && error.status !== 503) throw error;
      return { kind: 'unknown', error };
    }
  }

  tail({ onMessage, ...options }: StoredTailOptions): { stop(): Promise<void> } {
    return new Tail(this.#link, this.#js, {
      ...options,
      stream: this.#stream,
      logger: this.#logger,
      onMessage: (message) => onMessage(storedOf(message)),
    });
  }

  async lastSequence(subjects: readonly string[]): Promise<number> {
    if (subjects.length === 0) {
      const info = await this.#link.retry('reading the log', () => this.#jsm.streams.info(this.#stream));
      return info.state.last_seq;
    }
    const lasts = await Promise.all(subjects.map((subject) => this.last(subject)));
    return Math.max(...lasts.map((message) => message?.sequence ?? 0));
  }

  async mayRetry(attempt: number): Promise<boolean> {
    if (attempt >= MAX_TRIES || !(await this.#link.whenConnected(this.#patienceMs))) return false;
    await delay(Math.min(1000, 50 * 2 ** attempt));
    return !this.#link.closing.aborted;
  }
}
