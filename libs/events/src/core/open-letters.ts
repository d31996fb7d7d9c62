import { stateOf } from './dead-letter.ts';
import type { LetterStore } from './letters.ts';

/**
 * How many letters wait for somebody, read on from where it read last: it is asked each time metrics are sent, and letters have bodies.
 */
export class OpenLetters {
  readonly #store: Pick<LetterStore, 'entries' | 'subjects'>;
  /** Subjects of letters that are parked or redriven. */
  readonly #open = new Set<string>();
  #read = 0;
  #looking: Promise<ReadonlyMap<string, number>> | undefined;

  constructor(store: Pick<LetterStore, 'entries' | 'subjects'>) {
    this.#store = store;
  }

  byConsumer(): Promise<ReadonlyMap<string, number>> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = undefined)));
  }

  async #look(): Promise<ReadonlyMap<string, number>> {
    for (const entry of await this.#store.entries(this.#read)) {
      const state = stateOf(entry);
      if (state === 'parked' || state === 'redriven') this.#open.add(entry.subject);
      else this.#open.delete(entry.subject);
      this.#read = entry.sequence;
    }
    const count = new Map<string, number>();
    if (this.#open.size === 0) return count;
    // Letters vanish with age, and nothing says so.
    const there = new Set(await this.#store.subjects());
    for (const subject of this.#open) {
      if (!there.has(subject)) this.#open.delete(subject);
      else {
        const [, , consumer = ''] = subject.split('.');
        count.set(consumer, (count.get(consumer) ?? 0) + 1);
      }
    }
    return count;
  }
}
