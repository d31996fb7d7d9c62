import type { ParkedLetter } from './consume.ts';
import type { TypeTooNew } from '../envelope/refused.ts';
import type { EventName } from '../schemas/catalog.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { AnyDraft, AnyRecorded, Draft, Recorded } from './recorded-event.ts';

/** Version of an aggregate: the stream sequence of its last event; 0 = it has none yet. */
export type ExpectedVersion = number;

export interface Appended<N extends EventName = EventName> {
  /** `already`: an event of this id stood in the log; it is returned, even where its content differs (who came first decided). */
  readonly outcome: 'appended' | 'already';
  readonly event: Recorded<N>;
}

export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; on expiry `WaitTimeout` is thrown. */
  readonly timeoutMs?: number;
  /** Names what is awaited, in errors and logs. */
  readonly what: string;
}

export interface FollowOptions {
  /** Subject filters, e.g. `['evt.run.>']`; none = everything. */
  readonly subjects?: readonly string[];
  /** Names the consumer of its dead letters. Default `follow`. */
  readonly name?: string;
  /** First sequence wanted: `start` = 1, `now` = only what comes. */
  readonly from: 'start' | 'now' | number;
  /**
   * True: data is taken as its writer checked it before it was appended, without its schema (older versions are upcast all the
   * same): a third to a half faster. For replays of a log that only services append to, or whose chains are verified on the way
   * (`createChainVerifier`); never for what others may have published. Default false.
   */
  readonly trusted?: boolean;
  /** Called in log order, one at a time (a promise is awaited). */
  readonly onEvent: (event: AnyRecorded) => void | Promise<void>;
  /** Called once, when everything that was in the log at the start has been handed over; at once if that is nothing. */
  readonly onCaughtUp?: () => void | Promise<void>;
  /**
   * After a message was parked and before the next one: append the failure event of the own aggregate here. With it, a
   * message that `onEvent` throws for is parked and skipped after some tries; without it, it is tried for ever. Given
   * also what no schema fits, which is always skipped.
   */
  readonly onParked?: (letter: ParkedLetter) => Promise<void>;
  /**
   * Told of an event that is too new for this program, which is skipped then: for who does not decide by what it reads.
   * Without it the follower stays in front of the event until it is stopped, and `EventBus.outdated` says so: what came
   * after it is for a newer program.
   */
  readonly onTooNew?: (error: TypeTooNew) => void;
}

export interface Following {
  stop(): Promise<void>;
}

/**
 * The log of facts. Appends are atomic per aggregate (subject) through the expected version.
 * Implementations: JetStream and in-memory; one contract suite runs against both.
 */
export interface EventLog {
  /** The log's identity: made with it, and anew on restore. */
  readonly incarnation: string;

  /**
   * Appends one fact if the aggregate's version is `expected`.
   * @throws VersionConflict when somebody else appended another event meanwhile: read again, decide again.
   * @throws InvalidEvent when the draft does not fit its schema or subject (a bug of the caller).
   */
  append<N extends EventName>(draft: Draft<N>, expected: ExpectedVersion): Promise<Appended<N>>;

  /**
   * All facts of one aggregate in order, `after` exclusive. An unknown aggregate is empty. Rubbish is skipped.
   * @throws TypeTooNew (EVENT_TYPE_TOO_NEW) | NatsUnreachable
   */
  read(subject: string, after?: number): Promise<AnyRecorded[]>;

  /**
   * The same (wildcards allowed) as the log holds it, rubbish included: for audit (`verifyChain`) and archives.
   * `limit`: at most so many, for logs that memory does not hold.
   */
  readStored(subject: string, after?: number, limit?: number): Promise<StoredMessage[]>;

  /** Of the newest message of the whole log; 0: it is empty. */
  lastSequence(): Promise<number>;

  /**
   * Register, read, wait: calls `probe` once, and again whenever an event of one of `subjects` (exact or wildcard) was
   * seen or the connection came back, until it returns something other than undefined. Only the probe's answer counts.
   * @throws WaitTimeout | the signal's reason
   */
  waitFor<T>(subjects: readonly string[], probe: () => Promise<T | undefined>, options: WaitOptions): Promise<T>;

  /** Every matching fact in order, once; survives reconnects. Poisoned messages are parked and skipped. */
  follow(options: FollowOptions): Promise<Following>;
}

/** What a decision makes of an aggregate's history: the next fact, or nothing to say. */
export type Decide = (history: readonly AnyRecorded[]) => AnyDraft | undefined;
