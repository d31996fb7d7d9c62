import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { z } from 'zod';
import type { Liveness } from '../bus/liveness.ts';
import { deferred } from '../core/deferred.ts';
import { LivenessBoard } from '../core/liveness-board.ts';
import type { BusLogger } from '../core/logger.ts';
import type { Link } from './link.ts';
import { isStreamNotFound } from './ensure-streams.ts';
import { openFollower } from './open-follower.ts';
import { LIVENESS_BUCKET } from './stream-configs.ts';
import { Tail } from './tail.ts';
import { fromWire } from './wire-headers.ts';

type Value = Readonly<Record<string, string>>;
const valueSchema = z.record(z.string(), z.string());
const STREAM = `KV_${LIVENESS_BUCKET}`;
const PREFIX = `$KV.${LIVENESS_BUCKET}.`;
/** What a look at many keys takes, at most; and how long it waits where there is none (the server's least). */
const LOOK = { max_messages: 10_000, expires: 1_000 };

const parseValue = (body: Uint8Array): Value | undefined => {
  try {
    return valueSchema.safeParse(JSON.parse(new TextDecoder().decode(body))).data;
  } catch {
    return undefined;
  }
};

/** Undefined: it was let go, or has expired. */
function valueOf(message: JsMsg): Value | undefined {
  const headers = fromWire(message.headers);
  const gone = headers['kv-operation'] !== undefined || headers['nats-marker-reason'] !== undefined;
  return gone ? undefined : parseValue(message.data);
}

/** Opens the bucket; who makes it first decides its TTL. */
export async function openLivenessBucket(
  js: JetStreamClient,
  create: boolean,
  ttlMs: number,
  replicas: number,
): Promise<{ readonly kv: KV; readonly ttlMs: number; readonly isAbsent: boolean }> {
  const kvm = new Kvm(js);
  // As a bucket that is made is read: from any replica.
  const open = () => kvm.open(LIVENESS_BUCKET, { allow_direct: true });
  const kv = await (create ? make() : open());
  try {
    return { kv, ttlMs: (await kv.status()).ttl, isAbsent: false };
  } catch (error) {
    // A reader comes before any service: to a log that was just restored, such as an auditor's.
    if (!create && isStreamNotFound(error)) return { kv, ttlMs, isAbsent: true };
    throw error;
  }

  async function make(): Promise<KV> {
    try {
      // The marker makes the server tell watchers that a key expired.
      return await kvm.create(LIVENESS_BUCKET, { ttl: ttlMs, markerTTL: Math.max(ttlMs, 1000), history: 1, replicas });
    } catch {
      return open();
    }
  }
}

export class KvLiveness implements Liveness {
  readonly #link: Link;
  readonly #js: JetStreamClient;
  readonly #kv: KV;
  readonly #ttlMs: number;
  /** There was no bucket when this began: nobody holds anything. */
  readonly #isAbsent: boolean;
  readonly #logger: BusLogger;
  readonly #board = new LivenessBoard();
  readonly #holds = new Set<{ stop(): Promise<void> }>();
  readonly #offs: (() => void)[];
  #watch: { readonly tail: Tail; readonly established: Promise<undefined>; readonly check: NodeJS.Timeout } | undefined;

  constructor(parts: {
    readonly link: Link;
    readonly js: JetStreamClient;
    readonly kv: KV;
    readonly ttlMs: number;
    readonly isAbsent: boolean;
    readonly logger: BusLogger;
  }) {
    this.#link = parts.link;
    this.#js = parts.js;
    this.#kv = parts.kv;
    this.#ttlMs = parts.ttlMs;
    this.#isAbsent = parts.isAbsent;
    this.#logger = parts.logger;
    this.#offs = [
      this.#link.onDisconnect(() => this.#board.suspend(true)),
      this.#link.onReconnect(() => {
        this.#board.suspend(false);
        void this.#recheck();
      }),
    ];
  }

  async hold(key: string, value: Value): Promise<{ stop(): Promise<void> }> {
    const body = JSON.stringify(value);
    let revision = await this.#link.retry(`holding ${key}`, () => this.#kv.put(key, body));
    let refreshing: Promise<void> | undefined;
    const refresh = (): Promise<void> =>
      (refreshing ??= this.#kv
        .put(key, body)
        .then(
          (latest) => void (revision = latest),
          (error: unknown) => this.#logger.debug({ key, error: String(error) }, 'could not refresh a liveness key'),
        )
        .finally(() => (refreshing = undefined)));
    // A heartbeat is a timer by nature.
    const timer = setInterval(() => {
      if (this.#link.connected) void refresh();
    }, this.#ttlMs / 3);
    const off = this.#link.onReconnect(() => void refresh());
    const hold = {
      stop: async () => {
        if (!this.#holds.delete(hold)) return;
        clearInterval(timer);
        off();
        await refreshing;
        if (!this.#link.connected) return;
        // Only one's own: a successor may hold the key by now.
        await this.#kv.delete(key, { previousSeq: revision }).catch((error: unknown) => {
          this.#logger.debug({ key, error: String(error) }, 'a liveness key was left to expire');
        });
      },
    };
    this.#holds.add(hold);
    return hold;
  }

  async holder(key: string): Promise<Value | undefined> {
    if (this.#isAbsent) return undefined;
    const entry = await this.#link.retry(`looking up ${key}`, () => this.#kv.get(key));
    const value = entry?.operation === 'PUT' ? parseValue(entry.value) : undefined;
    this.#board.learn(key, entry?.revision ?? this.#lastRevision, value);
    return value;
  }

  async holders(prefix: string): Promise<ReadonlyMap<string, Value>> {
    return this.#isAbsent ? new Map() : this.#look(prefix, () => undefined);
  }

  async follow(
    prefix: string,
    onChange: (holders: ReadonlyMap<string, Value>) => void,
  ): Promise<{ stop(): Promise<void> }> {
    if (!this.#isAbsent) {
      this.#watch ??= this.#startWatch();
      await this.#watch.established;
      await this.#look(prefix, (key, revision, value) => this.#board.learn(key, revision, value));
    }
    const forget = this.#board.follow(prefix, onChange);
    return { stop: async () => forget() };
  }

  /** Everything below the prefix, as it is now. */
  #look(
    prefix: string,
    onFound: (key: string, revision: number, value: Value | undefined) => void,
  ): Promise<ReadonlyMap<string, Value>> {
    // The bucket's own `keys` has them pushed, by a consumer that who may only follow may not make.
    const wanted = { stream: STREAM, subjects: [`${PREFIX}${prefix}>`], from: 'last-per-subject' } as const;
    return this.#link.retry(`listing ${prefix}*`, async () => {
      const found = new Map<string, Value>();
      const consumer = await openFollower(this.#link, this.#js, wanted);
      try {
        // A fetch would wait for the first one.
        if ((await consumer.info(true)).num_pending === 0) return found;
        const messages = await consumer.fetch(LOOK);
        for await (const message of messages) {
          const [key, value] = [message.subject.slice(PREFIX.length), valueOf(message)];
          if (value !== undefined) found.set(key, value);
          onFound(key, message.seq, value);
          if (message.info.pending === 0) messages.stop();
        }
      } finally {
        // One that is left behind ends by itself.
        if (this.#link.connected && !this.#link.restricted) consumer.delete().catch(() => undefined);
      }
      return found;
    });
  }

  async lost(key: string, lostAfterMs: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#watch ??= this.#startWatch();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    aborted.catch(() => undefined);
    await Promise.race([this.#watch.established.then(() => this.holder(key)), aborted]);
    await this.#board.lost(key, lostAfterMs, AbortSignal.any([signal, this.#link.closing]));
  }

  async close(): Promise<void> {
    for (const off of this.#offs) off();
    clearInterval(this.#watch?.check);
    await this.#watch?.tail.stop();
    await Promise.all([...this.#holds].map((hold) => hold.stop()));
  }

  /** Highest revision the watch has seen: what a look-up that found nothing is at least as new as. */
  #lastRevision = 0;

  #startWatch(): { tail: Tail; established: Promise<undefined>; check: NodeJS.Timeout } {
    const { promise: established, resolve, reject } = deferred<undefined>();
    // It may be refused before anybody waits.
    established.catch(() => undefined);
    const tail = new Tail(this.#link, this.#js, {
      stream: STREAM,
      subjects: [`${PREFIX}>`],
      from: 'last-per-subject',
      logger: this.#logger,
      onEstablished: () => resolve(undefined),
      onRefused: reject,
      onMessage: (message) => {
        this.#lastRevision = Math.max(this.#lastRevision, message.seq);
        this.#board.learn(message.subject.slice(PREFIX.length), message.seq, valueOf(message));
      },
    });
    // The server leaves no marker for what expired while it was down: look at what is waited for now and then.
    const check = setInterval(() => void this.#recheck(), this.#ttlMs);
    return { tail, established, check };
  }

  async #recheck(): Promise<void> {
    for (const key of this.#board.watchedKeys) await this.holder(key).catch(() => undefined);
  }
}
