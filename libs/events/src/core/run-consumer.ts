import { setTimeout as delay } from 'node:timers/promises';
import type { Again, ConsumeOptions, Consuming, DeadLetter, ParkedLetter } from '../bus/consume.ts';
import { isPermanent, LogFull, problemOf } from '../bus/errors.ts';
import { TypeTooNew } from '../envelope/refused.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { measureDelivery } from '../tracing/consumer-metrics.ts';
import type { Origin } from '../tracing/origin.ts';
import { inProcessSpan } from '../tracing/process-span.ts';
import type { Delivery, OpenSource } from './delivery.ts';
import { stackOf } from './error-stack.ts';
import type { BusLogger } from './logger.ts';
import { startLongTimer, type LongTimer } from './long-timer.ts';
import { RandomTurns } from './random-turns.ts';

const RETRY_DELAYS_MS = [200, 1000, 5000, 15_000, 30_000];
const TOO_NEW_DELAY_MS = 30_000;
const TOO_NEW_LONGEST_MS = 3_600_000;
const PARK_RETRY_MS = 5000;
const STOP_GRACE_MS = 10_000;
/** Delivered so often, it may be what kills the processes that handle it, or was only beside it. */
const SUSPECT = 4;

export interface ConsumerParts<M> {
  readonly options: ConsumeOptions<M>;
  readonly open: OpenSource;
  /** Where a message comes from, for its span and its log lines; absent: it is none of a suite's work, and not measured. */
  readonly origin?: ((message: M) => Origin | undefined) | undefined;
  /** @throws UnreadableMessage | TypeTooNew */
  readonly decode: (stored: StoredMessage) => M | Promise<M>;
  readonly park: (letter: DeadLetter, delivery: Delivery) => Promise<ParkedLetter>;
  /** The message that is parked for a delivery. Default the delivered one. */
  readonly original?: (delivery: Delivery) => Promise<StoredMessage & { readonly stream: string }>;
  /** Before a handled delivery is acknowledged. */
  readonly onHandled?: (delivery: Delivery) => Promise<void>;
  /** After so many deliveries the server gives up and reports it. */
  readonly maxDeliveries: number;
  /** False while the server is away: what fails then is not the message's fault. */
  readonly connected: () => boolean;
  /** Called right before a handled message is acknowledged: a crash point of tests. */
  readonly onAck?: (() => void) | undefined;
  readonly logger: BusLogger;
}

/** A newer program is rolled out within the day, or so: twenty deliveries last for half of one. */
const tooNewDelay = (deliveries: number): number =>
  Math.min(TOO_NEW_LONGEST_MS, TOO_NEW_DELAY_MS * 2 ** Math.min(10, deliveries - 1));

/**
 * The life of a delivery: decode → handle → ack; Again → later; thrown → later, and parked after the last delay, or
 * at once if the error is permanent.
 * Failures are counted in this process: the server's delivery count also counts every Again and every lost connection.
 */
export async function runConsumer<M>(parts: ConsumerParts<M>): Promise<Consuming> {
  const { options, logger } = parts;
  const concurrency = options.concurrency ?? 16;
  const delays = options.retryDelaysMs ?? RETRY_DELAYS_MS;
  /** By sequence: how often it failed here, with what at last, and whether it is not tried again. */
  const failures = new Map<number, { readonly times: number; readonly error: unknown; readonly final: boolean }>();
  const parkRetryMs = Math.min(PARK_RETRY_MS, delays.at(-1) ?? PARK_RETRY_MS);
  const running = new Map<Delivery, Promise<void>>();
  /** Waits here for its time; not known to the server. */
  const held = new Map<Delivery, LongTimer>();
  const suspects = new RandomTurns();
  /** Sequences that this process put off itself: it knows why they come again. */
  const putOff = new Set<number>();
  const aborter = new AbortController();
  let stopped = false;

  const heartbeat = setInterval(
    () => {
      for (const delivery of [...running.keys(), ...held.keys()]) delivery.working();
    },
    (options.ackWaitMs ?? 30_000) / 3,
  );
  heartbeat.unref();

  /**
   * The server waits, and any replica takes it then; but each of its deliveries counts, and they are for processes that
   * die. From half of them on, this process waits itself.
   */
  const later = (delivery: Delivery, delayMs: number): void => {
    const wait = Math.max(1, Math.ceil(delayMs));
    putOff.add(delivery.stored.sequence);
    if (stopped || delivery.deliveries * 2 < parts.maxDeliveries) return delivery.nak(wait);
    const again = () => {
      held.delete(delivery);
      take(delivery);
    };
    held.set(delivery, startLongTimer(again, wait, { unref: true }));
  };

  // The letter is parked first and the message ended last: a crash in between repeats, it never forgets.
  const park = async (delivery: Delivery, error: unknown, attempts: number): Promise<void> => {
    try {
      const stored = (await parts.original?.(delivery)) ?? { ...delivery.stored, stream: delivery.stream };
      const letter: DeadLetter = { ...stored, problem: problemOf(error), stack: stackOf(error), attempts };
      const parked = await parts.park(letter, delivery);
      await options.onParked?.(parked);
      logger.warn({ consumer: options.name, subject: stored.subject, problem: letter.problem, attempts }, 'parked');
      failures.delete(delivery.stored.sequence);
      delivery.term(letter.problem.code);
    } catch (parkError) {
      logger.error({ consumer: options.name, problem: problemOf(parkError) }, 'could not park a message; trying again');
      later(delivery, parkRetryMs);
    }
  };

  const decodeOrSettle = async (delivery: Delivery): Promise<M | undefined> => {
    try {
      return await parts.decode(delivery.stored);
    } catch (error) {
      if (error instanceof TypeTooNew) delivery.nak(options.tooNewDelayMs ?? tooNewDelay(delivery.deliveries));
      else if (isPermanent(error)) await park(delivery, error, 1);
      else later(delivery, PARK_RETRY_MS);
      return undefined;
    }
  };

  const handle = async (delivery: Delivery): Promise<void> => {
    const message = await decodeOrSettle(delivery);
    if (message === undefined) return;
    const { sequence } = delivery.stored;
    const before = failures.get(sequence);
    const attempt = (before?.times ?? 0) + 1;
    // It failed for the last time already, but could not be parked.
    if (before?.final === true) return park(delivery, before.error, before.times);
    const origin = parts.origin?.(message);
    const settled = origin === undefined ? () => undefined : measureDelivery(options.name);
    const run = () => options.handle(message, { attempt, signal: aborter.signal });
    let answer: Again | undefined;
    try {
      const traced = { consumer: options.name, stored: delivery.stored, attempt };
      answer = (await (origin === undefined ? run() : inProcessSpan({ ...traced, origin }, run))) ?? undefined;
      if (answer === undefined) await parts.onHandled?.(delivery);
    } catch (error) {
      const wait = delays[attempt - 1];
      const permanent = isPermanent(error);
      // No fault of the message's: it is not given up, however long that takes.
      const excused = !permanent && (aborter.signal.aborted || !parts.connected() || error instanceof LogFull);
      const final = permanent || wait === undefined;
      if (!excused) failures.set(sequence, { times: attempt, error, final });
      settled(final && !excused ? 'parked' : 'failed');
      if (final && !excused) return park(delivery, error, attempt);
      logger.warn({ consumer: options.name, attempt, problem: problemOf(error) }, 'a handler failed; trying again');
      return later(delivery, error instanceof LogFull ? parkRetryMs : (wait ?? PARK_RETRY_MS));
    }
    failures.delete(sequence);
    settled(answer === undefined ? 'done' : 'again');
    if (answer === undefined) {
      parts.onAck?.();
      delivery.ack();
    } else later(delivery, answer.againInMs);
  };

  const ask = () => source.want(stopped ? 0 : concurrency - running.size);
  const take = (delivery: Delivery): void => {
    if (stopped) return delivery.nak(0);
    const known = delivery.deliveries < SUSPECT || putOff.delete(delivery.stored.sequence);
    const handling = known
      ? handle(delivery)
      : suspects.take(async () => (stopped ? delivery.nak(0) : handle(delivery)));
    const task = handling
      .catch((error: unknown) => {
        logger.error({ consumer: options.name, problem: problemOf(error) }, 'a delivery failed');
      })
      .finally(() => {
        running.delete(delivery);
        ask();
      });
    running.set(delivery, task);
  };
  const source = await parts.open(take);
  ask();

  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number): Promise<void> => {
    stopped = true;
    source.want(0);
    for (const [delivery, timer] of held) {
      timer.cancel();
      delivery.nak(0);
    }
    held.clear();
    const idle = Promise.all(running.values());
    const timer = new AbortController();
    const timeout = (ms: number) => delay(ms, undefined, { signal: timer.signal }).catch(() => undefined);
    const late = await Promise.race([idle.then(() => false), timeout(graceMs).then(() => true)]);
    aborter.abort(new Error(`consumer ${options.name} stops`));
    // An aborted handler gets a moment to end; one that ignores its signal does not hold up the process.
    if (late) await Promise.race([idle, timeout(1000)]);
    timer.abort();
    clearInterval(heartbeat);
    source.stop();
  };
  return { stop: (graceMs = STOP_GRACE_MS) => (stopping ??= stop(graceMs)) };
}
