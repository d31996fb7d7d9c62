/**
 * Lets several parties share one deed: it is done once, when every party has asked for it or has left.
 * Each party must `ask` or `leave`.
 */
export class Rendezvous {
  readonly #deed: () => Promise<void>;
  readonly #done = Promise.withResolvers<void>();
  #expected: number;
  #asked = 0;

  constructor(parties: number, deed: () => Promise<void>) {
    this.#expected = parties;
    this.#deed = deed;
    this.#done.promise.catch(() => undefined);
  }

  /** Resolves when the deed is done. */
  ask(): Promise<void> {
    this.#asked += 1;
    this.#check();
    return this.#done.promise;
  }

  /** Of a party that will not ask. */
  leave(): void {
    this.#expected -= 1;
    this.#check();
  }

  #check(): void {
    if (this.#asked === 0 || this.#asked < this.#expected) return;
    this.#deed().then(this.#done.resolve, this.#done.reject);
    this.#expected = Number.POSITIVE_INFINITY; // done once
  }
}
