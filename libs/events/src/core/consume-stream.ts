import type { ConsumeOptions, Consuming } from '../bus/consume.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { problemOf } from '../bus/errors.ts';
import { exhaustedSubject, parkExhausted, readAdvisory, type Advisory } from './advisory.ts';
import { lettersOf, originalOf } from './dead-letter.ts';
import type { Origin } from '../tracing/origin.ts';
import type { OpenSource } from './delivery.ts';
import type { Letters, LetterStore } from './letters.ts';
import type { BusLogger } from './logger.ts';
import type { ConsumerParts } from './run-consumer.ts';

const PARK_RETRY_MS = 5000;

export interface DurableSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly ackWaitMs?: number;
  readonly forgetAfterMs?: number;
  /** -1: for ever. */
  readonly maxDeliveries: number;
}

/** What a bus brings to its consumers. */
export interface ConsumePorts {
  /** Whose dead letters they are. */
  readonly service: string;
  readonly letters: Letters;
  readonly store: LetterStore;
  readonly logger: BusLogger;
  readonly connected: () => boolean;
  /** Before a handled message of the stream is acknowledged. */
  readonly onAck?: (() => void) | undefined;
  readonly maxDeliveries: number;
  /** Makes the durable that all replicas share, and tells how to pull from it. */
  readonly durable: (stream: string, settings: DurableSettings) => Promise<OpenSource>;
  readonly run: <M>(parts: ConsumerParts<M>) => Promise<Consuming>;
}

/**
 * A consumer of a stream, with its two side doors: the letters that somebody redrives to it (it alone), and the server's
 * reports of messages whose handlers died every time, which it parks. All are durable: nothing is lost while nobody runs.
 */
export async function consumeStream<M>(
  ports: ConsumePorts,
  stream: string,
  options: ConsumeOptions<M>,
  decode: (stored: StoredMessage) => M,
  originOf: (message: M) => Origin,
): Promise<Consuming> {
  const { letters, store, logger, connected, maxDeliveries, onAck, durable, run, service } = ports;
  const by = { service, consumer: options.name };
  const { name, subjects, ackWaitMs, forgetAfterMs } = options;
  const forget = forgetAfterMs === undefined ? {} : { forgetAfterMs };
  const settings = { name, subjects, maxDeliveries, ...(ackWaitMs === undefined ? {} : { ackWaitMs }), ...forget };
  const common = { logger, connected };
  const watchReports = async (from: string) => {
    const watched = { name: `${from}-${name}`, subjects: [exhaustedSubject(from, name)] };
    return run({
      ...common,
      options: {
        ...watched,
        concurrency: 1,
        handle: (report: Advisory) =>
          parkExhausted({ letters, store, by, onParked: options.onParked }, report).catch((error: unknown) => {
            logger.error({ consumer: name, problem: problemOf(error) }, 'could not park a message; trying again');
            return { againInMs: PARK_RETRY_MS };
          }),
      },
      open: await durable('ADVISORIES', { ...watched, maxDeliveries: -1, ...forget }),
      decode: readAdvisory,
      park: (letter) => Promise.resolve({ ...letter, id: '' }),
      maxDeliveries: Number.POSITIVE_INFINITY,
    });
  };

  // The reports first: from the first delivery on, none is missed.
  const all = [await watchReports(stream), await watchReports('DEADLETTERS')];
  const redrives = { ...settings, subjects: [lettersOf(service, name)] };
  all.push(
    await run<{ readonly message?: M }>({
      ...common,
      maxDeliveries,
      options: {
        ...options,
        concurrency: 1,
        handle: async ({ message }, context) => (message === undefined ? undefined : options.handle(message, context)),
      },
      open: await durable('DEADLETTERS', redrives),
      origin: ({ message }) => (message === undefined ? undefined : originOf(message)),
      decode: async (entry) => {
        const original = await letters.redriven(entry);
        return original === undefined ? {} : { message: decode(original) };
      },
      original: async ({ stored }) => (await letters.redriven(stored)) ?? originalOf(stored),
      park: (letter, { stored }) => letters.park(by, letter, stored.sequence),
      onHandled: ({ stored }) => letters.handled(stored),
    }),
    await run({
      ...common,
      options,
      decode,
      origin: originOf,
      open: await durable(stream, settings),
      park: (letter) => letters.park(by, letter),
      onAck,
      maxDeliveries,
    }),
  );
  return {
    stop: async (graceMs) => {
      await Promise.all(all.map((consuming) => consuming.stop(graceMs)));
    },
  };
}
