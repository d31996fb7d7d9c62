/** An unbounded queue with one reader; writers never wait, the reader is woken by them. */
export class AsyncQueue<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** Makes the reader throw, after which nothing is read any more. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  /** Takes out what nobody has read. */
  drain(): T[] {
    return this.#items.splice(0);
  }

  /** Items as they come, until the signal aborts (ends) or fail() is called (throws). */
  async *read(signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    const onAbort = (): void => this.#wake?.();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        if (this.#failure) throw this.#failure;
        if (signal.aborted) return;
        const [item] = this.#items.splice(0, 1);
        if (item !== undefined) yield item;
        else await this.#nextChange();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
