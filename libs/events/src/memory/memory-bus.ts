import type { z } from 'zod';
import type { AnyRequest, ConsumeOptions, Consuming, StoredRequest } from '../bus/consume.ts';
import { BenchbusError, NoAnswer } from '../bus/errors.ts';
import type { EventBus, SideStream, StorageUse } from '../bus/event-bus.ts';
import type { Liveness } from '../bus/liveness.ts';
import { questionSubject, type Question, type Questions } from '../bus/questions.ts';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import type { Snapshots } from '../bus/snapshots.ts';
import type { LogLine, Progress, Telemetry } from '../bus/telemetry.ts';
import { subjects } from '../bus/subjects.ts';
import { consumeStream } from '../core/consume-stream.ts';
import { readableRequest } from '../core/decode-requests.ts';
import { StoredEventLog } from '../core/event-log.ts';
import { Letters } from '../core/letters.ts';
import { silentLogger, type BusLogger } from '../core/logger.ts';
import { answerTo, readAnswer } from '../core/question-codec.ts';
import { newRequest } from '../core/new-request.ts';
import { subjectMatches } from '../bus/subjects.ts';
import { RunningConsumers } from '../core/running-consumers.ts';
import { encodeSnapshot, usableSnapshot } from '../core/snapshot-codec.ts';
import { logFilterSubject, logSubject, progressSubject } from '../core/telemetry-codec.ts';
import { CATALOGUE } from '../envelope/catalogue.ts';
import { decodeEvent } from '../envelope/decode.ts';
import { withSideDoors, type Durable } from '../access/durables.ts';
import { decodeRequest } from '../envelope/decode-request.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { RequestData, RequestName } from '../schemas/requests/index.ts';
import { originOfEvent, originOfRequest, type Origin } from '../tracing/origin.ts';
import { tracesOf } from '../tracing/suite-traces.ts';
import { MemoryBroker, type Answerer } from './memory-broker.ts';
import { MemoryEventStore } from './memory-event-store.ts';
import { MemoryLetterStore } from './memory-letter-store.ts';
import { MemoryRecords } from './memory-records.ts';
import type { MemoryStream } from './memory-stream.ts';

export interface MemoryBusOptions {
  /** Shared by all buses that see the same log; default one of its own. */
  readonly broker?: MemoryBroker;
  readonly name?: string;
  readonly source?: string;
  readonly logger?: BusLogger;
  readonly onAppend?: (phase: 'before' | 'after', draft: Draft) => void;
  readonly onAck?: () => void;
  readonly maxPayload?: number;
  readonly maxDeliveries?: number;
}

export type MemoryBus = EventBus & { readonly broker: MemoryBroker };

/** The bus without a server: the same codec, the same rules, everything in this process. */
export function createMemoryBus(options: MemoryBusOptions = {}): MemoryBus {
  return new InMemoryBus(options);
}

class InMemoryBus implements EventBus {
  readonly broker: MemoryBroker;
  readonly log: StoredEventLog;
  readonly maxPayload: number;
  readonly deadLetters: Letters;
  readonly #letterStore: MemoryLetterStore;
  readonly #maxDeliveries: number;
  readonly #name: string;
  readonly #source: string;
  readonly #logger: BusLogger;
  readonly #onAck: (() => void) | undefined;
  readonly #closing = new AbortController();
  readonly #consumers = new RunningConsumers();
  /** Subscriptions and holds to end with the bus. */
  readonly #open = new Set<{ stop(): Promise<void> }>();

  constructor(options: MemoryBusOptions) {
    this.broker = options.broker ?? new MemoryBroker();
    this.#name = options.name ?? 'test';
    this.#source = options.source ?? '/test';
    this.#logger = options.logger ?? silentLogger;
    this.#onAck = options.onAck;
    this.maxPayload = options.maxPayload ?? 8 * 1024 * 1024;
    this.#maxDeliveries = options.maxDeliveries ?? 20;
    this.#letterStore = new MemoryLetterStore(this.broker, this.maxPayload);
    this.deadLetters = new Letters(this.#letterStore);
    this.log = new StoredEventLog({
      store: new MemoryEventStore(this.broker, this.maxPayload),
      source: this.#source,
      logger: this.#logger,
      catalogue: CATALOGUE,
      onAppend: options.onAppend,
      connected: this.connected,
      park: (consumer, letter) => this.deadLetters.park({ service: this.#name, consumer, redrivable: false }, letter),
    });
  }

  readonly snapshots: Snapshots = {
    load: async (name, schemaVersion) => {
      const bytes = this.broker.snapshots.get(name);
      const frame = { incarnation: this.log.incarnation, schemaVersion };
      return bytes && usableSnapshot(bytes, frame, await this.log.lastSequence());
    },
    save: async (name, schemaVersion, snapshot) => {
      const frame = { incarnation: this.log.incarnation, schemaVersion };
      this.broker.snapshots.set(name, encodeSnapshot(frame, snapshot));
      return true;
    },
  };

  connected = (): boolean => !this.#closing.signal.aborted;

  outdated = (): BenchbusError | undefined => this.log.outdated();

  async request<N extends RequestName>(
    name: N,
    suiteId: string,
    data: RequestData<N>,
    given: { readonly id?: string } = {},
  ): Promise<{ readonly id: string }> {
    const { id, subject, key, headers, body } = newRequest(name, suiteId, data, { source: this.#source, ...given });
    if (!this.broker.ids.has(key)) {
      this.broker.ids.add(key);
      this.broker.requests.add(subject, headers, body);
    }
    return { id };
  }

  /** Without accounts everybody makes their own. */
  async serveFollowers(): Promise<void> {}

  async storage(): Promise<StorageUse[]> {
    const bytes = this.broker.events.messages.reduce((sum, { body }) => sum + body.length, 0);
    return [{ of: 'stream', bytes }];
  }

  async requestsOf(suiteId: string): Promise<StoredRequest[]> {
    const { requests } = this.broker;
    return requests
      .read(subjects.request(suiteId), 0)
      .flatMap((stored) => readableRequest(stored, requests.storedAt(stored.sequence)));
  }

  async forgetRequest(sequence: number): Promise<void> {
    this.broker.requests.erase(sequence);
  }

  async deleteConsumer(durable: Durable): Promise<void> {
    for (const { stream, name } of withSideDoors(durable)) this.broker.deleteDurable(stream, name);
  }

  async *readStream(stream: SideStream): AsyncGenerator<StoredMessage> {
    if (stream !== 'TELEMETRY') return yield* this.broker.stream(stream).read('>', 0);
    const { logLines } = this.broker;
    for (const [index, line] of logLines.entries())
      yield { subject: logSubject(line), sequence: index + 1, headers: {}, body: Buffer.from(JSON.stringify(line)) };
  }

  consumeEvents(options: ConsumeOptions<AnyRecorded>): Promise<Consuming> {
    const traces = tracesOf(this.log.incarnation);
    return this.#consume(this.broker.events, options, decodeEvent, (event) => originOfEvent(event, traces));
  }

  consumeRequests(options: ConsumeOptions<AnyRequest>): Promise<Consuming> {
    const traces = tracesOf(this.log.incarnation);
    return this.#consume(this.broker.requests, options, decodeRequest, (request) => originOfRequest(request, traces));
  }

  readonly questions: Questions = {
    ask: async <A extends z.ZodType, R extends z.ZodType>(
      question: Question<A, R>,
      data: z.input<A>,
      { timeoutMs = 5000 }: { readonly timeoutMs?: number } = {},
    ): Promise<z.output<R>> => {
      const subject = questionSubject(question);
      const found = [...this.broker.answerers].find(([filter, all]) => all.size > 0 && subjectMatches(filter, subject));
      const [answerer] = found?.[1] ?? [];
      if (answerer === undefined) throw new NoAnswer(question.name, 'nobody answers it', { nobody: true });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new NoAnswer(question.name, `no answer in ${timeoutMs} ms`)), timeoutMs);
      });
      try {
        const body = new TextEncoder().encode(JSON.stringify(data));
        return readAnswer(question, await Promise.race([answerer(body, { subject }), late]));
      } finally {
        clearTimeout(timer);
      }
    },
    answer: async (question, handle) => {
      const answerer: Answerer = (body, asked) => answerTo(question, body, handle, asked);
      const filter = questionSubject(question);
      const all = this.broker.answerers.get(filter) ?? new Set();
      this.broker.answerers.set(filter, all.add(answerer));
      return this.#keep(async () => void all.delete(answerer));
    },
  };

  records(bucket: string): MemoryRecords {
    const known = this.broker.records.get(bucket) ?? new MemoryRecords();
    this.broker.records.set(bucket, known);
    return known;
  }

  readonly telemetry: Telemetry = {
    progress: (progress) => {
      this.broker.lastProgress.set(progress.runId, progress);
      for (const listener of this.broker.progressListeners) listener(progress);
    },
    log: (line) => {
      try {
        logSubject(line);
        this.broker.logLines.push(line);
        for (const listener of [...this.broker.logListeners]) listener(line);
      } catch (error) {
        this.#logger.debug({ error: String(error) }, 'telemetry was dropped');
      }
    },
    watchProgress: async (runIdOrWildcard, onProgress) => {
      const all = progressSubject(runIdOrWildcard) === 'progress.*';
      const listener = (progress: Progress) => {
        if (all || progress.runId === runIdOrWildcard) onProgress(progress);
      };
      this.broker.progressListeners.add(listener);
      return this.#keep(async () => void this.broker.progressListeners.delete(listener));
    },
    lastProgress: async (runId) => this.broker.lastProgress.get(runId),
    watchLog: async (filter, { onLine, onCaughtUp }) => {
      const subject = logFilterSubject(filter);
      const listener = (line: LogLine) => {
        if (subjectMatches(subject, logSubject(line))) onLine(line);
      };
      this.broker.logLines.forEach(listener);
      onCaughtUp?.();
      this.broker.logListeners.add(listener);
      return this.#keep(async () => void this.broker.logListeners.delete(listener));
    },
  };

  readonly liveness: Liveness = {
    hold: async (key, value) => {
      const { liveness } = this.broker;
      liveness.learn(key, this.broker.nextRevision(), value);
      return this.#keep(async () => {
        // Only one's own: a successor may hold the key by now.
        if (liveness.holder(key) === value) liveness.learn(key, this.broker.nextRevision(), undefined);
      });
    },
    holder: async (key) => this.broker.liveness.holder(key),
    holders: async (prefix) => this.broker.liveness.holders(prefix),
    follow: async (prefix, onChange) => {
      const forget = this.broker.liveness.follow(prefix, onChange);
      return this.#keep(async () => forget());
    },
    lost: (key, lostAfterMs, signal) =>
      this.broker.liveness.lost(key, lostAfterMs, AbortSignal.any([signal, this.#closing.signal])),
  };

  async close(): Promise<void> {
    await this.#consumers.stop();
    await Promise.all([...this.#open].map((open) => open.stop()));
    await this.log.close();
    this.#closing.abort(new BenchbusError({ code: 'BUS_CLOSED', message: 'the bus was closed' }));
  }

  #keep(end: () => Promise<void>): { stop(): Promise<void> } {
    const open = {
      stop: async () => {
        if (this.#open.delete(open)) await end();
      },
    };
    this.#open.add(open);
    return open;
  }

  #consume<M>(
    stream: MemoryStream,
    options: ConsumeOptions<M>,
    decode: (stored: StoredMessage) => M,
    originOf: (message: M) => Origin,
  ): Promise<Consuming> {
    return consumeStream(
      {
        service: this.#name,
        letters: this.deadLetters,
        store: this.#letterStore,
        logger: this.#logger,
        connected: this.connected,
        onAck: this.#onAck,
        maxDeliveries: this.#maxDeliveries,
        durable: async (from, settings) => {
          const durable = this.broker.durable(this.broker.stream(from), settings);
          return async (onDelivery) => durable.open(onDelivery);
        },
        run: (parts) => this.#consumers.run(parts),
      },
      stream.name,
      options,
      decode,
      originOf,
    );
  }
}
