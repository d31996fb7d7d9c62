import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { once } from 'node:events';
import { withSideDoors, type Durable } from '../access/durables.ts';
import type { AnyRequest, ConsumeOptions, Consuming, StoredRequest } from '../bus/consume.ts';
import { BenchbusError, LogFull, problemOf } from '../bus/errors.ts';
import type { EventBus, SideStream, StorageUse } from '../bus/event-bus.ts';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import { consumeStream } from '../core/consume-stream.ts';
import { StoredEventLog } from '../core/event-log.ts';
import { Letters } from '../core/letters.ts';
import { silentLogger, type BusLogger } from '../core/logger.ts';
import { newRequest } from '../core/new-request.ts';
import { RunningConsumers } from '../core/running-consumers.ts';
import { CATALOGUE, type Catalogue } from '../envelope/catalogue.ts';
import { decodeRequest } from '../envelope/decode-request.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { RequestData, RequestName } from '../schemas/requests/index.ts';
import { apiOf, inboxPrefixOf, openConnection, securityOf, type NatsSecurity } from './connection.ts';
import { JetStreamLetterStore } from './dead-letters.ts';
import { deleteDurable, ensureDurable } from './durable-consumer.ts';
import { archivedLog, ensureArchive } from './ensure-archive.ts';
import { ensureStreams, streamsMissing } from './ensure-streams.ts';
import { eraseMessage } from './erase-message.ts';
import { JetStreamEventStore } from './event-store.ts';
import { isAtLimit, isFull } from './is-full.ts';
import { Link } from './link.ts';
import { KvLiveness, openLivenessBucket } from './liveness.ts';
import { PullSource } from './pull-source.ts';
import { originOfEvent, originOfRequest, type Origin } from '../tracing/origin.ts';
import { tracesOf, type SuiteTraces } from '../tracing/suite-traces.ts';
import { observeConsumer } from './observe-consumer.ts';
import { NatsQuestions } from './questions.ts';
import { readRequests } from './read-requests.ts';
import { KvRecords } from './records.ts';
import { readStream } from './read-stream.ts';
import { storageOf } from './storage.ts';
import { ARCHIVE_STREAM, EVENTS_STREAM, LIVENESS_TTL_MS, REQUESTS_STREAM, type LogSettings } from './stream-configs.ts';
import { serveFollowers } from './serve-followers.ts';
import { KvSnapshots } from './snapshots.ts';
import { NatsTelemetry } from './telemetry.ts';
import { toWire } from './wire-headers.ts';

/** A suite with many tests, or a plan with many nodes, is one event. */
const WANTED_PAYLOAD = 8 * 1024 * 1024;
const DRAIN_MS = 5000;
const MAX_DELIVERIES = 20;

export interface ConnectBusOptions extends NatsSecurity {
  /** `nats://127.0.0.1:4222`; several separated by commas. Credentials may stand in the URL and are never shown. */
  readonly servers: string | readonly string[];
  /** The service: names the connection and its dead letters. */
  readonly name: string;
  /** CloudEvents `source` of everything appended, e.g. `/services/provisioner/<instance>`. */
  readonly source: string;
  readonly installation?: string;
  readonly logger?: BusLogger;
  /** The versions of events that this program knows. Default: those of this package. */
  readonly catalogue?: Catalogue;
  /** Called around every append: crash points of tests. */
  readonly onAppend?: (phase: 'before' | 'after', draft: Draft) => void;
  /** Called right before a handled message is acknowledged: a crash point of tests, too. */
  readonly onAck?: () => void;
  /** Make missing streams. Default true. */
  readonly ensureStreams?: boolean;
  /** Of streams this call makes. Default 1. */
  readonly replicas?: number;
  /** Of the log, where this call makes it; its archive, where there is none yet. */
  readonly log?: Omit<LogSettings, 'replicas'>;
  /** Read the archive instead of the log, which may be gone; nothing can be appended. Default false. */
  readonly fromArchive?: boolean;
  /**
   * A message that was handed out so often, in vain, is parked: its handlers died. Default 20. Half of them at least are
   * for that, the others for retries and for looking again.
   */
  readonly maxDeliveries?: number;
  /** Where a stream has so many consumers, who is outside gets no other one. Default 1,000. */
  readonly mostFollowers?: number;
  /** How long the first connection is tried. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long appends and reads sit out a lost connection. Default 30 s. */
  readonly patienceMs?: number;
  /** A liveness key vanishes so long after its holder's last sign; refreshed each third of it. Default 15 s; whoever makes the bucket decides. */
  readonly livenessTtlMs?: number;
}

/**
 * Connects to NATS JetStream.
 * @throws BenchbusError NATS_UNREACHABLE | NATS_TOO_OLD | NATS_NO_JETSTREAM | STREAMS_MISSING | ARCHIVE_MISSING
 */
export async function connectBus(options: ConnectBusOptions): Promise<EventBus> {
  const logger = options.logger ?? silentLogger;
  const patienceMs = options.patienceMs ?? 30_000;
  const nc = await openConnection({
    servers: options.servers,
    name: options.installation === undefined ? options.name : `${options.installation}/${options.name}`,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    ...securityOf(options),
  });
  const link = new Link(nc, patienceMs, logger, inboxPrefixOf(options.access), apiOf(nc, options.access));
  try {
    // Whether its own account has JetStream is no question outside.
    const api = link.outside ? { apiPrefix: link.api, checkAPI: false } : {};
    const js = jetstream(nc, api);
    const jsm = await link.retry('asking for JetStream', () => jetstreamManager(nc, api));
    const create = !link.outside && (options.ensureStreams ?? true);
    const replicas = options.replicas ?? 1;
    const maxPayload = nc.info?.max_payload ?? 0;
    if (maxPayload < WANTED_PAYLOAD)
      logger.warn({ maxPayload, wanted: WANTED_PAYLOAD }, 'the server takes small messages only: set its max_payload');
    const incarnation = await (options.fromArchive === true
      ? link.retry('looking for the archive', () => archivedLog(jsm))
      : link
          .retry('making the streams', () => makeLog(jsm, create, { ...options.log, replicas }, logger))
          .catch(streamsMissing));
    const { kv, ttlMs, isAbsent } = await link.retry('making the liveness bucket', () =>
      openLivenessBucket(js, create, options.livenessTtlMs ?? LIVENESS_TTL_MS, replicas),
    );
    const stream = options.fromArchive === true ? ARCHIVE_STREAM : EVENTS_STREAM;
    const store = new JetStreamEventStore({ link, js, jsm, stream, incarnation, patienceMs, logger });
    const liveness = new KvLiveness({ link, js, kv, ttlMs, isAbsent, logger });
    return new JetStreamBus({ options, logger, link, js, jsm, store, liveness });
  } catch (error) {
    link.close();
    await nc.close();
    if (error instanceof Error && error.name === 'JetStreamNotEnabled')
      throw new BenchbusError({
        code: 'NATS_NO_JETSTREAM',
        message: `nats-server at ${link.address} runs without JetStream`,
        hint: 'start it with `jetstream {}` in its configuration',
      });
    throw error;
  }
}

const ARCHIVE_PROBLEMS: ReadonlySet<string> = new Set(['ARCHIVE_OF_ANOTHER_LOG', 'ARCHIVE_REFUSED']);

async function makeLog(
  jsm: JetStreamManager,
  create: boolean,
  settings: LogSettings,
  logger: BusLogger,
): Promise<string> {
  const incarnation = await ensureStreams(jsm, create, settings, (stream, error) =>
    logger.warn({ stream, problem: problemOf(error) }, 'a stream that is there could not be given its limit'),
  );
  if (create)
    await ensureArchive(jsm, incarnation, settings.archive).catch((error: unknown) => {
      // Nobody waits for the archive: where streams alone are made, this ends it.
      if (!ARCHIVE_PROBLEMS.has(problemOf(error).code)) throw error;
      logger.error({ ...problemOf(error) }, problemOf(error).message);
    });
  return incarnation;
}

const requestsFull = (where: string, cause: unknown): BenchbusError =>
  new BenchbusError(
    {
      code: 'REQUESTS_FULL',
      message: 'nats-server holds as many requests as it may, and takes no more for now; this one is not stored',
      where,
      hint: 'the oldest leave by themselves after seven days; whoever runs it can make room before: docs/operations/errors/nats.md#requests_full',
    },
    { cause },
  );

interface Parts {
  readonly options: ConnectBusOptions;
  readonly logger: BusLogger;
  readonly link: Link;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly store: JetStreamEventStore;
  readonly liveness: KvLiveness;
}

class JetStreamBus implements EventBus {
  readonly log: StoredEventLog;
  readonly questions: NatsQuestions;
  readonly telemetry: NatsTelemetry;
  readonly liveness: KvLiveness;
  readonly deadLetters: Letters;
  readonly snapshots: KvSnapshots;
  readonly #parts: Parts;
  readonly #letterStore: JetStreamLetterStore;
  readonly #traces: SuiteTraces;
  readonly #catalogue: Catalogue;
  readonly #consumers = new RunningConsumers();
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { link, logger, store, options } = parts;
    this.#parts = parts;
    this.#catalogue = options.catalogue ?? CATALOGUE;
    this.liveness = parts.liveness;
    this.snapshots = new KvSnapshots({
      js: parts.js,
      incarnation: store.incarnation,
      lastSequence: () => store.lastSequence([]),
      maxPayload: () => store.maxPayload,
      create: !link.outside && (options.ensureStreams ?? true),
      replicas: options.replicas ?? 1,
      logger,
    });
    const traces = tracesOf(store.incarnation);
    this.#traces = traces;
    this.questions = new NatsQuestions(link, logger, traces);
    this.telemetry = new NatsTelemetry({ link, js: parts.js, jsm: parts.jsm, logger });
    this.#letterStore = new JetStreamLetterStore(link, parts.js, parts.jsm);
    this.deadLetters = new Letters(this.#letterStore);
    this.log = new StoredEventLog({
      store,
      logger,
      source: options.source,
      catalogue: this.#catalogue,
      onAppend: options.onAppend,
      connected: this.connected,
      park: (consumer, letter) => this.deadLetters.park({ service: options.name, consumer, redrivable: false }, letter),
    });
    link.onReconnect(() => this.log.forgetTips());
  }

  get maxPayload(): number {
    return this.#parts.store.maxPayload;
  }

  connected = (): boolean => this.#parts.link.connected;

  outdated = (): BenchbusError | undefined => this.log.outdated();

  async request<N extends RequestName>(
    name: N,
    suiteId: string,
    data: RequestData<N>,
    given: { readonly id?: string } = {},
  ): Promise<{ readonly id: string }> {
    const { link, js, options } = this.#parts;
    const { source } = options;
    const { id, subject, key, headers, body } = newRequest(name, suiteId, data, { source, ...given });
    if (body.length + 4096 > this.maxPayload)
      throw new BenchbusError({
        code: 'REQUEST_TOO_LARGE',
        message: `the request has ${body.length} bytes, the server takes ${this.maxPayload}`,
        where: subject,
        hint: 'split the suite, or raise max_payload in the configuration of nats-server (8388608)',
      });
    const wire = toWire(headers);
    wire.set('Nats-Msg-Id', key);
    await link.retry(`publishing ${name}`, () =>
      js.publish(subject, body, { headers: wire }).catch((error: unknown) => {
        if (isAtLimit(error)) throw requestsFull(subject, error);
        throw isFull(error) ? new LogFull(subject, { cause: error }) : error;
      }),
    );
    return { id };
  }

  records(bucket: string, ttlMs: number): KvRecords {
    const { link, js, options } = this.#parts;
    return new KvRecords({ link, js, bucket, ttlMs, replicas: options.replicas ?? 1 });
  }

  requestsOf(suiteId: string): Promise<StoredRequest[]> {
    return readRequests(this.#parts.link, this.#parts.jsm, suiteId);
  }

  forgetRequest(sequence: number): Promise<void> {
    return eraseMessage(this.#parts.link, this.#parts.jsm, REQUESTS_STREAM, sequence);
  }

  async serveFollowers(): Promise<void> {
    const { link, jsm, options } = this.#parts;
    if (link.restricted && !link.outside) await serveFollowers(this.questions, jsm, options.mostFollowers);
  }

  storage(): Promise<StorageUse[]> {
    const { link, jsm } = this.#parts;
    return link.retry('asking how full the log is', () => storageOf(jsm));
  }

  async deleteConsumer(durable: Durable): Promise<void> {
    const { link, jsm } = this.#parts;
    for (const { stream, name } of withSideDoors(durable))
      await link.retry(`deleting consumer ${name}`, () => deleteDurable(jsm, stream, name));
  }

  readStream(stream: SideStream): AsyncIterable<StoredMessage> {
    return readStream(this.#parts, stream);
  }

  consumeEvents(options: ConsumeOptions<AnyRecorded>): Promise<Consuming> {
    const decode = (stored: StoredMessage): AnyRecorded => {
      this.log.noteSeen(stored.subject, stored.sequence);
      return this.#catalogue.decode(stored);
    };
    return this.#consume(EVENTS_STREAM, options, decode, (event) => originOfEvent(event, this.#traces));
  }

  consumeRequests(options: ConsumeOptions<AnyRequest>): Promise<Consuming> {
    const originOf = (request: AnyRequest): Origin => originOfRequest(request, this.#traces);
    return this.#consume(REQUESTS_STREAM, options, decodeRequest, originOf);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #consume<M>(
    stream: string,
    options: ConsumeOptions<M>,
    decode: (stored: StoredMessage) => M,
    originOf: (message: M) => Origin,
  ): Promise<Consuming> {
    const { link, jsm, logger } = this.#parts;
    const consuming = await consumeStream(
      {
        service: this.#parts.options.name,
        letters: this.deadLetters,
        store: this.#letterStore,
        logger,
        connected: () => link.connected,
        onAck: this.#parts.options.onAck,
        maxDeliveries: this.#parts.options.maxDeliveries ?? MAX_DELIVERIES,
        durable: async (from, settings) => {
          const make = () => ensureDurable(jsm, from, settings);
          await link.retry(`making consumer ${settings.name}`, make);
          return async (onDelivery) =>
            new PullSource(link, { stream: from, consumer: settings.name, make }, onDelivery);
        },
        run: (parts) => this.#consumers.run(parts),
      },
      stream,
      options,
      decode,
      originOf,
    );
    const unobserve = observeConsumer(jsm, stream, options.name);
    return {
      stop: (graceMs) => {
        unobserve();
        return consuming.stop(graceMs);
      },
    };
  }

  async #close(): Promise<void> {
    const { link } = this.#parts;
    await this.#consumers.stop();
    await this.questions.close();
    await this.telemetry.close();
    await this.liveness.close();
    // Nothing is to wait for the server any longer.
    link.close();
    await this.log.close();
    const late = AbortSignal.timeout(DRAIN_MS);
    // A drain would wait for ever for a server that is away, or goes away now.
    if (link.connected) await Promise.race([link.nc.drain(), once(late, 'abort')]);
    await link.nc.close();
  }
}
