import type { NewEntry, StoredEntry } from '../core/dead-letter.ts';
import type { LetterStore } from '../core/letters.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { MemoryBroker } from './memory-broker.ts';

/** The stream DEADLETTERS in memory. */
export class MemoryLetterStore implements LetterStore {
  readonly maxPayload: number;
  readonly #broker: MemoryBroker;

  constructor(broker: MemoryBroker, maxPayload: number) {
    this.#broker = broker;
    this.maxPayload = maxPayload;
  }

  async entries(after = 0): Promise<StoredEntry[]> {
    const { deadLetters } = this.#broker;
    return deadLetters
      .read('dead.>', after)
      .map((message) => ({ ...message, storedAt: deadLetters.storedAt(message.sequence) }));
  }

  async subjects(): Promise<string[]> {
    return [...new Set(this.#broker.deadLetters.read('dead.>', 0).map(({ subject }) => subject))];
  }

  async append(subject: string, expected: number, { headers, body }: NewEntry): Promise<boolean> {
    const { deadLetters } = this.#broker;
    if ((deadLetters.last(subject)?.sequence ?? 0) !== expected) return false;
    deadLetters.add(subject, headers, body);
    return true;
  }

  async lastOf(subject: string): Promise<number> {
    return this.#broker.deadLetters.last(subject)?.sequence ?? 0;
  }

  async erase(sequence: number): Promise<void> {
    this.#broker.deadLetters.erase(sequence);
  }

  async message(stream: string, sequence: number): Promise<StoredMessage | undefined> {
    return this.#broker.stream(stream).at(sequence);
  }
}
