import type { AnyRecorded, StoredMessage } from '@benchbus/events';

/** One message of the log with what could be read of it. */
export interface Entry {
  readonly stored: StoredMessage;
  readonly subject: string;
  readonly sequence: number;
  /** Decoded `ce-` attributes, whatever there is. */
  readonly ce: Readonly<Record<string, string>>;
  /** Undefined where the message is no event; then the schema check has said so. */
  readonly event: AnyRecorded | undefined;
}

/** One question to the log: takes its messages in order, reports as it goes and, what only the end shows, at the end. */
export interface Check {
  take(entry: Entry): void;
  end?(): void;
}
