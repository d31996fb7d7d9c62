import type { ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchbusError, problemOf } from '../bus/errors.ts';
import type { BusLogger } from '../core/logger.ts';
import type { Link } from './link.ts';
import { openFollower, type FollowerSettings } from './open-follower.ts';

export interface TailOptions extends FollowerSettings {
  /** Called with every message in order, once; awaited. */
  readonly onMessage: (message: JsMsg) => void | Promise<void>;
  /** Called each time the server-side consumer stands: at first, and after every reconnect. */
  readonly onEstablished?: () => void;
  /** Called where the server does not let us follow: trying again changes nothing until somebody changes our rights. */
  readonly onRefused?: (error: BenchbusError) => void;
  readonly logger: BusLogger;
}

const handling = new AsyncLocalStorage<Tail>();
const BATCH = 256;
const RETRY_MS = 250;
const RECONNECT_MS = 10_000;
const WARNED: ReadonlySet<string> = new Set(['FOLLOW_UNSERVED', 'FOLLOW_REFUSED', 'NATS_NOT_PERMITTED']);

/**
 * Follows a stream with a consumer that is made anew after every reconnect, from the first sequence not seen: the client would find out by missed heartbeats only, half a minute later. Loses and repeats nothing.
 */
export class Tail {
  readonly #link: Link;
  readonly #js: JetStreamClient;
  readonly #options: TailOptions;
  readonly #stop = new AbortController();
  readonly #stopped: Promise<void>;
  readonly #off: () => void;
  readonly #done: Promise<void>;
  #next: number | undefined;
  #messages: ConsumerMessages | undefined;
  #warnedOf: string | undefined;

  constructor(link: Link, js: JetStreamClient, options: TailOptions) {
    this.#link = link;
    this.#js = js;
    this.#options = options;
    this.#next = options.from === 'last-per-subject' ? undefined : options.from;
    this.#stopped = new Promise((resolve) => this.#stop.signal.addEventListener('abort', () => resolve()));
    this.#off = link.onReconnect(() => this.#messages?.stop());
    this.#done = handling.run(this, () => this.#run());
  }

  /** Waits for the message being handled, unless it is this message's handler that asks. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#off();
    this.#messages?.stop();
    if (handling.getStore() !== this) await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted && !this.#link.nc.isClosed()) {
      try {
        await this.#follow();
      } catch (error) {
        const { stream, logger } = this.#options;
        const problem = problemOf(error);
        logger.debug({ stream, problem }, 'a follower starts over');
        // Once: it is tried until a service is there, or our rights are others.
        const isWarned = WARNED.has(problem.code);
        if (isWarned && problem.code !== this.#warnedOf) logger.warn({ ...problem }, problem.message);
        this.#warnedOf = isWarned ? problem.code : undefined;
        if (error instanceof BenchbusError && error.code === 'NATS_NOT_PERMITTED') this.#options.onRefused?.(error);
        await Promise.race([this.#link.whenConnected(RECONNECT_MS), this.#stopped]);
        // Connected, yet refused: the stream is still being recovered. Nothing announces when it is ready.
        await Promise.race([delay(RETRY_MS), this.#stopped]);
      }
    }
  }

  async #follow(): Promise<void> {
    const { onMessage, onEstablished } = this.#options;
    const { outside } = this.#link;
    const wanted = { ...this.#options, from: this.#next ?? ('last-per-subject' as const) };
    const consumer = await this.#link.orDisconnect(() => openFollower(this.#link, this.#js, wanted));
    if (this.#stop.signal.aborted) return;
    const options = { max_messages: BATCH, expires: 10_000, ...(outside && { abort_on_missing_resource: true }) };
    const messages = await consumer.consume(options);
    this.#messages = messages;
    let delivered = 0;
    try {
      onEstablished?.();
      for await (const message of messages) {
        if (this.#stop.signal.aborted) break;
        if (outside && message.info.deliverySequence !== (delivered += 1)) throw new Error('a message was lost');
        if (this.#next !== undefined && message.seq < this.#next) continue;
        const handled = onMessage(message);
        // Most handlers are done at once; waiting for each would cost more than reading it.
        if (handled !== undefined) await handled;
        this.#next = message.seq + 1;
      }
    } finally {
      this.#messages = undefined;
      messages.stop();
      // Best effort: a consumer left behind ends by itself after its inactive threshold.
      if (this.#link.connected && !this.#link.restricted) consumer.delete().catch(() => undefined);
    }
  }
}
