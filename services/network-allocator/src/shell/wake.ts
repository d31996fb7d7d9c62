/** setTimeout fires at once beyond this. */
const LONGEST_MS = 2 ** 31 - 1;

/** An alarm clock: sleeps until a time or until somebody calls. A call between two sleeps is not lost. */
export class Wake {
  readonly #now: () => number;
  #called = false;
  #resolve: (() => void) | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  now(): void {
    this.#called = true;
    this.#resolve?.();
  }

  /** `time` in ms since the epoch; without it, only a call ends the sleep. */
  async wait(time?: number): Promise<void> {
    if (!this.#called) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const ring = (): void => resolve(undefined);
      this.#resolve = ring;
      const timer =
        time === undefined ? undefined : setTimeout(ring, Math.min(LONGEST_MS, Math.max(1, time - this.#now())));
      await promise;
      clearTimeout(timer);
      this.#resolve = undefined;
    }
    this.#called = false;
  }
}
