/**
 * parked: nobody handles it. redriven: on its way to the consumer that parked it, once more. handled: that worked.
 * dropped: somebody decided that it is not wanted.
 */
export type LetterState = 'parked' | 'redriven' | 'handled' | 'dropped';

/** A dead letter, for people: which message nobody could handle, and why. */
export interface DeadLetterSummary {
  /** Eight hexadecimal digits, the same for every parking of the message by this consumer. */
  readonly id: string;
  readonly state: LetterState;
  /** When it was parked last, RFC 3339. */
  readonly time: string;
  /** Who parked it. */
  readonly service: string;
  readonly consumer: string;
  /** Of the message, with its stream and its sequence there. */
  readonly stream: string;
  readonly subject: string;
  readonly sequence: number;
  /** The suite it is about, where that is known. */
  readonly suiteId?: string;
  /** Why it was parked last. */
  readonly code: string;
  readonly message: string;
  /** Of all parkings together. */
  readonly attempts: number;
  readonly redrives: number;
  /** False for what a follower skipped: it reads the log in order, and nothing can be handed to it out of turn. */
  readonly redrivable: boolean;
}

/** What became of a letter, step by step. */
export interface LetterStep {
  readonly time: string;
  readonly state: LetterState;
  /** Who redrove or dropped it. */
  readonly by?: string;
  readonly code?: string;
  readonly message?: string;
  readonly attempts?: number;
}

export interface DeadLetterDetails extends DeadLetterSummary {
  /** Of the original message, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the original message; undefined where it was not kept and its stream does not have it any more. */
  readonly body?: Uint8Array;
  /** Where the last error came from. */
  readonly stack: string;
  readonly history: readonly LetterStep[];
}

/** The messages that nobody could handle, kept for thirty days. */
export interface DeadLetters {
  /** Those that are parked or redriven, the newest first; with `all` also those that are over. */
  list(options?: { readonly all?: boolean }): Promise<DeadLetterSummary[]>;
  /** How many of each consumer are parked or redriven, without their content; cheap to ask again. */
  open(): Promise<ReadonlyMap<string, number>>;
  /**
   * @param id its first characters suffice, if no other begins with them
   * @throws BenchbusError LETTER_UNKNOWN | LETTER_AMBIGUOUS
   */
  read(id: string): Promise<DeadLetterDetails>;
  /**
   * Hands the original message once more to the consumer that parked it, and to no other; who did it is recorded.
   * @throws BenchbusError also LETTER_OVER, LETTER_REDRIVEN, LETTER_NOT_REDRIVABLE, LETTER_BODY_GONE, LETTER_CHANGED
   */
  redrive(id: string, by: string): Promise<DeadLetterSummary>;
  /** It is not wanted: its content is erased, that and by whom it was dropped is recorded. */
  drop(id: string, by: string): Promise<DeadLetterSummary>;
}
