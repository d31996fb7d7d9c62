import type { StoredMessage } from '../envelope/stored-message.ts';

/**
 * What became of a publication. `unknown`: no answer came (timeout, lost connection), it may be stored or not.
 * `conflict`: the aggregate is not at the expected version. `duplicate`: the id was seen before; nothing was stored.
 */
export type Published =
  | { readonly kind: 'stored'; readonly sequence: number }
  | { readonly kind: 'duplicate' | 'conflict' }
  | { readonly kind: 'unknown'; readonly error: unknown };

export interface Publication {
  readonly subject: string;
  readonly id: string;
  readonly expected: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface StoredTailOptions {
  /** None = everything. */
  readonly subjects: readonly string[];
  readonly from: number;
  /** The bodies are not needed. */
  readonly headersOnly?: boolean;
  readonly onMessage: (message: StoredMessage) => void | Promise<void>;
  /** At first, and after every reconnect: what is appended from now on will be seen. */
  readonly onEstablished?: () => void;
}

/** The store below the log: JetStream or memory. */
export interface LogStore {
  readonly incarnation: string;
  readonly maxPayload: number;
  /** The last message of a subject. */
  last(subject: string): Promise<StoredMessage | undefined>;
  publish(publication: Publication): Promise<Published>;
  /** All messages of a subject (wildcards allowed), in log order, `after` exclusive; the first `limit` of them. */
  readStored(subject: string, after: number, limit?: number): Promise<StoredMessage[]>;
  /** Every message from `from` on, in order, once. */
  tail(options: StoredTailOptions): { stop(): Promise<void> };
  /** The highest sequence that matches one of `subjects` (none = any); 0 if nothing does. */
  lastSequence(subjects: readonly string[]): Promise<number>;
  /** Before another try after `unknown`: resolves when it makes sense, false when to give up. */
  mayRetry(attempt: number): Promise<boolean>;
}
