import { subjectMatches } from '../bus/subjects.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';

export const matchesAny = (filters: readonly string[], subject: string): boolean =>
  filters.length === 0 || filters.some((filter) => subjectMatches(filter, subject));

/** An append-only sequence of messages with listeners: a stream in memory. */
export class MemoryStream {
  readonly name: string;
  readonly messages: StoredMessage[] = [];
  readonly #times: number[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(name: string) {
    this.name = name;
  }

  get lastSequence(): number {
    return this.messages.length;
  }

  add(subject: string, headers: Readonly<Record<string, string>>, body: Uint8Array): StoredMessage {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const message = { subject, sequence: this.messages.length + 1, headers: lower, body };
    this.messages.push(message);
    this.#times.push(Date.now());
    for (const listener of [...this.#listeners]) listener();
    return message;
  }

  /** When the message of this sequence was added, in ms since the epoch. */
  storedAt(sequence: number): number {
    return this.#times[sequence - 1] ?? 0;
  }

  /** Leaves a gap, which no filter finds. */
  erase(sequence: number): void {
    if (sequence < 1 || sequence > this.messages.length) return;
    this.messages[sequence - 1] = { subject: '-', sequence, headers: {}, body: new Uint8Array() };
  }

  /** Undefined where it was erased. */
  at(sequence: number): StoredMessage | undefined {
    const message = this.messages[sequence - 1];
    return message?.subject === '-' ? undefined : message;
  }

  last(filter: string): StoredMessage | undefined {
    return this.messages.findLast((message) => subjectMatches(filter, message.subject));
  }

  read(filter: string, after: number): StoredMessage[] {
    return this.messages.slice(after).filter((message) => subjectMatches(filter, message.subject));
  }

  /** Called after every message. */
  onMessage(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
