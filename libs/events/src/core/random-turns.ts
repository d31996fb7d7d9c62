/**
 * One task at a time, in random order: of several, one of which ends the process each time, the others get through
 * before all of them are given up, whatever order they come in.
 */
export class RandomTurns {
  readonly #waiting: (() => void)[] = [];
  #busy = false;

  async take<T>(task: () => Promise<T>): Promise<T> {
    // Those that come at the same time are drawn from together.
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      setImmediate(() => this.#next());
    });
    try {
      return await task();
    } finally {
      this.#busy = false;
      this.#next();
    }
  }

  #next(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    const [start] = this.#waiting.splice(Math.floor(Math.random() * this.#waiting.length), 1);
    this.#busy = true;
    start?.();
  }
}
