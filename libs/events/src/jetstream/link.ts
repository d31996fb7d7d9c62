import { JetStreamApiError } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { OUTSIDE_API } from '../access/account.ts';
import { BenchbusError, NatsUnreachable } from '../bus/errors.ts';
import { deferred } from '../core/deferred.ts';
import { isAtLimit } from './is-full.ts';
import { notPermitted } from './not-permitted.ts';
import type { BusLogger } from '../core/logger.ts';

/** The connection's comings and goings, for everybody who must start over after a reconnect. */
export class Link {
  readonly nc: NatsConnection;
  readonly #onReconnect = new Set<() => void>();
  readonly #onDisconnect = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #patienceMs: number;
  #connected = true;
  #broken: BenchbusError | undefined;

  readonly #inboxPrefix: string | undefined;
  /** What JetStream's API is called by us, without a dot at its end. */
  readonly api: string;

  constructor(nc: NatsConnection, patienceMs: number, logger: BusLogger, inboxPrefix?: string, api = '$JS.API') {
    this.nc = nc;
    this.#inboxPrefix = inboxPrefix;
    this.api = api;
    this.#patienceMs = patienceMs;
    void this.#watch(logger);
  }

  get connected(): boolean {
    return this.#connected && this.#broken === undefined && !this.nc.isClosed();
  }

  /** Aborts when the bus closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** As who may do little: with a place of its own for answers, and no right to delete consumers. */
  get restricted(): boolean {
    return this.#inboxPrefix !== undefined;
  }

  /** Outside the services' account: with no right to make a consumer. */
  get outside(): boolean {
    return this.api === OUTSIDE_API;
  }

  /** A new place for answers, where we may listen. */
  newInbox(): string {
    return createInbox(this.#inboxPrefix);
  }

  get address(): string {
    return this.nc.getServer();
  }

  onReconnect(listener: () => void): () => void {
    this.#onReconnect.add(listener);
    return () => this.#onReconnect.delete(listener);
  }

  onDisconnect(listener: () => void): () => void {
    this.#onDisconnect.add(listener);
    return () => this.#onDisconnect.delete(listener);
  }

  /** Resolves true once connected (at once if it is), false after `ms` or when the bus closes. */
  whenConnected(ms: number): Promise<boolean> {
    if (this.connected) return Promise.resolve(true);
    if (this.#broken !== undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const done = (answer: boolean) => {
        clearTimeout(timer);
        off();
        this.closing.removeEventListener('abort', onClose);
        resolve(answer);
      };
      const onClose = () => done(false);
      const timer = setTimeout(() => done(false), ms);
      const off = this.onReconnect(() => done(true));
      this.closing.addEventListener('abort', onClose);
      if (this.closing.aborted) done(false);
    });
  }

  /** The call's answer, or a rejection as soon as the connection is lost: the client would wait for its timeout. */
  async orDisconnect<T>(call: () => Promise<T>): Promise<T> {
    if (this.#broken !== undefined) throw this.#broken;
    if (!this.connected) throw new Error('not connected');
    // A race with a promise of the loss would do the same, at twice the price for every append.
    const { promise, resolve, reject } = deferred<T>();
    const off = this.onDisconnect(() => reject(new Error('the connection was lost')));
    try {
      call().then(resolve, (error: unknown) => reject(notPermitted(error) as Error));
      return await promise;
    } finally {
      off();
    }
  }

  /** Repeats `call` over lost connections and unanswered requests, for a bounded time. Only for calls that may be repeated. */
  async retry<T>(what: string, call: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.#patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.orDisconnect(call);
      } catch (error) {
        // 503 is an answer that another try may change, but for a stream that is full.
        if (error instanceof JetStreamApiError && (error.status !== 503 || isAtLimit(error))) throw error;
        if (error instanceof BenchbusError) throw error;
        if (this.#broken !== undefined) throw this.#broken;
        const left = deadline - Date.now();
        if (this.closing.aborted || left <= 0 || !(await this.whenConnected(left)))
          throw new NatsUnreachable(
            this.address,
            `${what}: ${error instanceof Error ? error.message : String(error)}`,
            {
              cause: error,
            },
          );
        if (attempt === 1) continue;
        // Connected but no answer: the stream is still being recovered, or has no leader.
        await delay(Math.min(1000, 25 * 2 ** attempt));
      }
    }
  }

  /** From now on every call fails with `error`; there is no way back. */
  break(error: BenchbusError): void {
    this.#broken = error;
    for (const listener of this.#onDisconnect) listener();
  }

  close(): void {
    this.#closing.abort(new BenchbusError({ code: 'BUS_CLOSED', message: 'the bus was closed' }));
  }

  async #watch(logger: BusLogger): Promise<void> {
    for await (const status of this.nc.status()) {
      if (status.type === 'disconnect') {
        this.#connected = false;
        logger.warn({ server: this.address }, 'lost the connection to NATS');
        for (const listener of this.#onDisconnect) listener();
      } else if (status.type === 'reconnect') {
        this.#connected = true;
        logger.info({ server: this.address }, 'connected to NATS again');
        for (const listener of this.#onReconnect) listener();
      } else if (status.type === 'error') {
        logger.warn({ error: status.error.message }, 'NATS reported an error');
      }
    }
    this.#connected = false;
  }
}
