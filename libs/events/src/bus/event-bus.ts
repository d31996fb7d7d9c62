import type { Durable } from '../access/durables.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { RequestData, RequestName } from '../schemas/requests/index.ts';
import type { Consumers, StoredRequest } from './consume.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { BenchbusError } from './errors.ts';
import type { EventLog } from './event-log.ts';
import type { Liveness } from './liveness.ts';
import type { Questions } from './questions.ts';
import type { Records } from './records.ts';
import type { Snapshots } from './snapshots.ts';
import type { Telemetry } from './telemetry.ts';

/** The streams beside the log. */
export type SideStream = 'REQUESTS' | 'DEADLETTERS' | 'TELEMETRY';

/** How full what the log is stored in is. */
export interface StorageUse {
  /** Of the stream EVENTS; of the account, in which all streams and buckets are; of the streams beside the log that have limits. */
  readonly of: 'stream' | 'account' | 'requests' | 'dead-letters';
  readonly bytes: number;
  /** Beyond it appends are refused; absent: none is known (the server's own is not told). */
  readonly limitBytes?: number;
}

/** Everything a service or client needs of the bus. */
export interface EventBus extends Consumers {
  readonly log: EventLog;
  readonly questions: Questions;
  readonly telemetry: Telemetry;
  readonly liveness: Liveness;
  readonly deadLetters: DeadLetters;
  readonly snapshots: Snapshots;
  /** The records of a bucket; who first writes makes it, and decides with `ttlMs` how long they last. */
  records(bucket: string, ttlMs: number): Records;
  /** Publishes a client's request; resolves when the server stored it. Returns its id. */
  request<N extends RequestName>(
    name: N,
    suiteId: string,
    data: RequestData<N>,
    options?: { readonly id?: string },
  ): Promise<{ readonly id: string }>;
  /**
   * What clients asked of one suite, in the server's order, handled or not, for as long as REQUESTS keeps it. What no
   * schema fits is left out. Everything stored before the call is seen.
   * @throws NatsUnreachable
   */
  requestsOf(suiteId: string): Promise<StoredRequest[]>;
  /** Erases one request from REQUESTS, such as one that holds a secret; nothing happens when it is gone already. */
  forgetRequest(sequence: number): Promise<void>;
  /**
   * Deletes a durable consumer with its side doors, such as that of a host which is gone; nothing happens where there is none.
   * Who pulls from it all the same makes it anew.
   * @throws NatsUnreachable | BenchbusError NATS_NOT_PERMITTED
   */
  deleteConsumer(durable: Durable): Promise<void>;
  /**
   * What a stream beside the log holds now, rubbish included, in the server's order; nothing where there is no such stream.
   * @throws NatsUnreachable
   */
  readStream(stream: SideStream): AsyncIterable<StoredMessage>;
  /**
   * Makes followers for clients and runners, which may make none, as long as the bus is open. Nothing happens on a server without
   * accounts, and where we are such a client or runner.
   */
  serveFollowers(): Promise<void>;
  /** How full the log is, of what it may fill. @throws NatsUnreachable */
  storage(): Promise<StorageUse[]>;
  /** Bytes the server takes in one message, headers included; 8 MiB are wanted. */
  readonly maxPayload: number;
  /** True while connected to the server. */
  readonly connected: () => boolean;
  /** The event that is too new for this program and that a follower stays in front of; undefined: there is none. */
  readonly outdated: () => BenchbusError | undefined;
  /** Stops consumers and followers, flushes, closes. */
  close(): Promise<void>;
}
