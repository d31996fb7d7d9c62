import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isPromise } from 'node:util/types';
import type { DeadLetter, ParkedLetter } from '../bus/consume.ts';
import { BenchbusError, problemOf } from '../bus/errors.ts';
import type { Appended, EventLog, Following, FollowOptions, WaitOptions } from '../bus/event-log.ts';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import { TypeTooNew, UnreadableMessage } from '../envelope/refused.ts';
import { tracedAppend } from '../tracing/append-span.ts';
import { countFollowerError, observeFollower } from '../tracing/follower-metrics.ts';
import { outsideWork } from '../tracing/in-span.ts';
import { tracesOf, type SuiteTraces } from '../tracing/suite-traces.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { EventName } from '../schemas/catalog.ts';
import { appendEvent, type AppendContext } from './append.ts';
import { deferred } from './deferred.ts';
import { stackOf } from './error-stack.ts';
import { KnownTips } from './known-tips.ts';
import type { LogStore } from './log-store.ts';
import type { BusLogger } from './logger.ts';
import { decodeAll } from './read.ts';
import { FEWEST_KEPT, SeenVersions } from './seen-versions.ts';
import { Waiters } from './waiters.ts';

export interface EventLogParts extends Omit<AppendContext, 'tips' | 'traces'> {
  readonly logger: BusLogger;
  /** Parks a follower's poison. */
  readonly park: (consumer: string, letter: DeadLetter) => Promise<ParkedLetter>;
  /** False while the server is away: what fails then is not the message's fault. */
  readonly connected: () => boolean;
}

/** A replica that is behind catches up in milliseconds; nothing tells when. One second in all. */
const STALE_TRIES = 40;
const STALE_DELAY_MS = 25;
/** A follower goes through the log in order: what one message waits for, all behind it do. */
const FOLLOW_TRIES = 6;

interface WakeUp {
  readonly established: Promise<undefined>;
  readonly stop: () => Promise<void>;
}

/** `EventLog` over any store. */
export class StoredEventLog implements EventLog {
  readonly #parts: EventLogParts;
  readonly #store: LogStore;
  readonly #tips = new KnownTips();
  readonly #appending: AppendContext;
  readonly #traces: SuiteTraces;
  readonly #waiters = new Waiters();
  readonly #seen = new SeenVersions();
  readonly #followings = new Set<Following>();
  /** What followers stay in front of. */
  readonly #held = new Set<TypeTooNew>();
  /** The one follower all waiters share; started by the first. */
  #wakeUp: WakeUp | undefined;
  #closed = false;

  constructor(parts: EventLogParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#traces = tracesOf(parts.store.incarnation);
    this.#appending = { ...parts, tips: this.#tips, traces: this.#traces };
  }

  get incarnation(): string {
    return this.#store.incarnation;
  }

  async append<N extends EventName>(draft: Draft<N>, expected: number): Promise<Appended<N>> {
    const append = () => appendEvent(draft, expected, this.#appending);
    const appended = await tracedAppend(draft as Draft, this.#traces, append);
    this.noteSeen(draft.subject, appended.event.sequence);
    return appended;
  }

  async read(subject: string, after = 0): Promise<AnyRecorded[]> {
    const { catalogue, logger } = this.#parts;
    const events = decodeAll(await this.readStored(subject, after), catalogue.decode, logger);
    const last = events.at(-1);
    // With a wildcard it is the last of its own aggregate, too.
    if (last !== undefined) {
      this.#tips.note(last.subject, last);
      this.#traces.learnFrom(last);
    }
    return events;
  }

  async readStored(subject: string, after = 0, limit = Infinity): Promise<StoredMessage[]> {
    for (let attempt = 1; ; attempt += 1) {
      const stored = await this.#store.readStored(subject, after, limit);
      if (stored.length >= limit) return stored;
      const fresh = this.#seen.covers(subject, stored.at(-1)?.sequence ?? after);
      if (fresh || attempt > STALE_TRIES) return stored;
      await delay(STALE_DELAY_MS);
    }
  }

  /** After a reconnect; see KnownTips. */
  forgetTips(): void {
    this.#tips.clear();
  }

  lastSequence(): Promise<number> {
    return this.#store.lastSequence([]);
  }

  /** This process has seen that the subject has a message of this sequence: later reads must show it. */
  noteSeen(subject: string, sequence: number): void {
    this.#seen.note(subject, sequence);
  }

  waitFor<T>(subjects: readonly string[], probe: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
    return this.#waiters.wait(subjects, probe, () => this.#established(), options);
  }

  outdated(): BenchbusError | undefined {
    const [first] = this.#held;
    return first;
  }

  async follow(options: FollowOptions): Promise<Following> {
    const { subjects = [], from, onCaughtUp } = options;
    const last = await this.#store.lastSequence(from === 'now' ? [] : subjects);
    const start = from === 'start' ? 1 : from === 'now' ? last + 1 : Math.max(1, from);
    let behind = start <= last;
    const caughtUp = async (sequence: number) => {
      if (!behind || sequence < last) return;
      behind = false;
      await onCaughtUp?.();
    };
    if (!behind) await onCaughtUp?.();
    const over = new AbortController();
    let handled = start - 1;
    let tries = { sequence: 0, failed: 0 };
    const settle = async (message: StoredMessage, handling: Promise<void> | undefined): Promise<void> => {
      try {
        await handling;
        await caughtUp(message.sequence);
        handled = message.sequence;
      } catch (error) {
        if (error instanceof TypeTooNew) throw error;
        const failed = tries.sequence === message.sequence ? tries.failed : 0;
        if (this.#parts.connected()) tries = { sequence: message.sequence, failed: failed + 1 };
        const what = { subject: message.subject, problem: problemOf(error) };
        this.#parts.logger.error(what, 'a follower failed; trying again');
        if (options.name !== undefined) countFollowerError(options.name, 'failed');
        throw error;
      }
    };
    const tail = this.#store.tail({
      subjects,
      from: start,
      onMessage: (message) => {
        // Of a long replay only the end is noted: no replica is further behind, and each note costs.
        if (message.sequence > last - FEWEST_KEPT) this.noteSeen(message.subject, message.sequence);
        const failed = tries.sequence === message.sequence ? tries.failed : 0;
        const handling = this.#hand(message, options, failed, over.signal);
        // Most are handled at once: a promise for each would cost more than reading it.
        const done = handling === undefined && (!behind || message.sequence < last);
        if (!done) return settle(message, handling);
        handled = message.sequence;
        return undefined;
      },
    });
    const { name } = options;
    const unobserve =
      name &&
      observeFollower({
        name,
        handled: () => handled,
        last: () => this.#store.lastSequence(subjects),
        connected: this.#parts.connected,
      });
    const following = {
      stop: async () => {
        this.#followings.delete(following);
        over.abort();
        if (unobserve) unobserve();
        await tail.stop();
      },
    };
    this.#followings.add(following);
    return following;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiters.close();
    await Promise.all([...this.#followings].map((following) => following.stop()));
    await this.#wakeUp?.stop();
  }

  /** Undefined: handled. Never throws. */
  #hand(message: StoredMessage, options: FollowOptions, failed: number, over: AbortSignal): Promise<void> | undefined {
    const { catalogue, logger } = this.#parts;
    const decode = options.trusted === true ? catalogue.decodeTrusted : catalogue.decode;
    let event: AnyRecorded;
    try {
      event = decode(message);
    } catch (error) {
      if (error instanceof TypeTooNew && options.onTooNew === undefined) return this.#hold(error, over);
      logger.warn({ problem: problemOf(error) }, 'a follower skipped a message');
      if (error instanceof TypeTooNew) return void options.onTooNew?.(error);
      return error instanceof UnreadableMessage ? this.#park(message, options, error, 1) : undefined;
    }
    this.#traces.learnFrom(event);
    const onFailure = (error: unknown): Promise<void> =>
      options.onParked === undefined || failed + 1 < FOLLOW_TRIES
        ? Promise.reject(error)
        : this.#park(message, options, error, failed + 1);
    try {
      const handling = options.onEvent(event);
      return isPromise(handling) ? (handling as Promise<void>).catch(onFailure) : undefined;
    } catch (error) {
      return onFailure(error);
    }
  }

  /** Until the follower is stopped: this program will never understand it. @throws TypeTooNew */
  async #hold(error: TypeTooNew, over: AbortSignal): Promise<never> {
    this.#parts.logger.error({ problem: problemOf(error) }, 'a follower waits for a newer version of this program');
    this.#held.add(error);
    if (!over.aborted) await once(over, 'abort');
    this.#held.delete(error);
    throw error;
  }

  async #park(message: StoredMessage, options: FollowOptions, error: unknown, attempts: number): Promise<void> {
    const letter = { stream: 'EVENTS', attempts, problem: problemOf(error), stack: stackOf(error), ...message };
    let parked: ParkedLetter;
    try {
      parked = await this.#parts.park(options.name ?? 'follow', letter);
    } catch (parkError) {
      this.#parts.logger.error({ problem: problemOf(parkError) }, 'could not park what a follower skipped');
      // Whoever depends on being told is told.
      if (options.onParked !== undefined) throw parkError;
      return;
    }
    if (options.name !== undefined) countFollowerError(options.name, 'parked');
    await options.onParked?.(parked);
  }

  async #established(): Promise<void> {
    if (this.#closed) throw new BenchbusError({ code: 'BUS_CLOSED', message: 'the bus is closed' });
    // It outlives the work of whoever is the first to wait.
    this.#wakeUp ??= outsideWork(() => this.#startWakeUp());
    await this.#wakeUp.established;
  }

  #startWakeUp(): WakeUp {
    const { promise: established, resolve, reject } = deferred<undefined>();
    established.catch(() => undefined);
    const starting = this.#store.lastSequence([]).then((last) =>
      this.#store.tail({
        subjects: [],
        from: last + 1,
        headersOnly: true,
        onMessage: ({ subject, sequence }) => {
          this.noteSeen(subject, sequence);
          this.#waiters.notify(subject);
        },
        onEstablished: () => {
          resolve(undefined);
          // Whoever waited while the connection was away asks once more.
          this.#waiters.notifyAll();
        },
      }),
    );
    starting.catch((error: unknown) => {
      // The server was away for longer than reads have patience: the next waiter tries anew.
      this.#wakeUp = undefined;
      reject(error);
    });
    const stop = async () => {
      const tail = await starting.catch(() => undefined);
      await tail?.stop();
    };
    return { established, stop };
  }
}
