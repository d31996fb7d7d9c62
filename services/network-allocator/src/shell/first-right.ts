import type { Intent } from '../domain/intent.ts';

const MOST = 20_000;

/**
 * Whoever appended a fact does what follows from it; the other replicas wait a little before they do, in case that one is gone.
 * It saves appends that would be refused: nothing is lost or doubled without it.
 */
export class FirstRight {
  readonly #yieldMs: number;
  readonly #own = new Set<string>();
  /** When each fact of others was first seen to have something following, ms since the epoch. */
  #others = new Map<string, number>();

  constructor(yieldMs: number) {
    this.#yieldMs = yieldMs;
  }

  /** This replica appended the fact. */
  own(eventId: string): void {
    this.#own.add(eventId);
    if (this.#own.size <= MOST) return;
    const [oldest] = this.#own;
    if (oldest !== undefined) this.#own.delete(oldest);
  }

  /** What is this replica's to do now, and when to ask again for the rest (ms since the epoch). */
  sift(intents: readonly Intent[], now: number): { readonly now: Intent[]; readonly again: number | undefined } {
    if (this.#yieldMs === 0) return { now: [...intents], again: undefined };
    const others = new Map<string, number>();
    let again: number | undefined;
    const due = intents.filter(({ follows }) => {
      if (follows === undefined || this.#own.has(follows)) return true;
      const seen = this.#others.get(follows) ?? now;
      others.set(follows, seen);
      if (seen + this.#yieldMs <= now) return true;
      again = Math.min(again ?? Infinity, seen + this.#yieldMs);
      return false;
    });
    // Those that nothing follows from any more are forgotten.
    this.#others = others;
    return { now: due, again };
  }
}
