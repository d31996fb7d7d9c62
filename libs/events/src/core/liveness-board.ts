type Value = Readonly<Record<string, string>>;

interface Entry {
  /** Order of what is known about the key: later knowledge has the higher one. It outlives the value: an answer may come late. */
  readonly revision: number;
  readonly value: Value | undefined;
}

interface Follower {
  readonly prefix: string;
  readonly onChange: (holders: ReadonlyMap<string, Value>) => void;
}

/** What is known about who holds which key, who waits for a key to be lost, and who follows keys of a kind. */
export class LivenessBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #followers = new Set<Follower>();
  #suspended = false;

  /** Those whose loss somebody wants to hear of. */
  get watchedKeys(): readonly string[] {
    const followed = [...this.#followers].flatMap(({ prefix }) => [...this.holders(prefix).keys()]);
    return [...new Set([...this.#listeners.keys(), ...followed])];
  }

  holder(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  holders(prefix: string): Map<string, Value> {
    return new Map(
      [...this.#entries].flatMap(([key, { value }]) =>
        key.startsWith(prefix) && value !== undefined ? [[key, value] as const] : [],
      ),
    );
  }

  /** `value` undefined: nobody holds it. Older knowledge than what is here is ignored. */
  learn(key: string, revision: number, value: Value | undefined): void {
    if (revision < (this.#entries.get(key)?.revision ?? 0)) return;
    const wasHeld = this.holder(key) !== undefined;
    if (value === undefined && !this.#isAwaited(key)) this.#entries.delete(key);
    else this.#entries.set(key, { revision, value });
    this.#tell(key);
    if (wasHeld !== (value !== undefined)) this.#tellFollowers(key);
  }

  /** While the server is away nobody can hold anything, which says nothing about who is alive. */
  suspend(suspended: boolean): void {
    this.#suspended = suspended;
    for (const key of this.#listeners.keys()) this.#tell(key);
    this.#tellFollowers();
  }

  /** Calls at once, unless the server is away, and after each change. Returns how to stop. */
  follow(prefix: string, onChange: Follower['onChange']): () => void {
    const follower = { prefix, onChange };
    this.#followers.add(follower);
    if (!this.#suspended) onChange(this.holders(prefix));
    return () => {
      this.#followers.delete(follower);
      for (const [key, { value }] of this.#entries)
        if (key.startsWith(prefix) && value === undefined && !this.#isAwaited(key)) this.#entries.delete(key);
    };
  }

  /** Resolves when `key` was free for `lostAfterMs` in a row; rejects with the signal's reason. */
  lost(key: string, lostAfterMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (finish: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const listeners = this.#listeners.get(key);
        listeners?.delete(look);
        if (listeners?.size === 0) this.#listeners.delete(key);
        finish();
      };
      const onAbort = () => end(() => reject(signal.reason as Error));
      const look = () => {
        const free = !this.#suspended && this.holder(key) === undefined;
        if (!free) {
          clearTimeout(timer);
          timer = undefined;
        } else timer ??= setTimeout(() => end(resolve), lostAfterMs);
      };
      const listeners = this.#listeners.get(key) ?? new Set();
      this.#listeners.set(key, listeners.add(look));
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      else look();
    });
  }

  #isAwaited(key: string): boolean {
    return this.#listeners.has(key) || [...this.#followers].some(({ prefix }) => key.startsWith(prefix));
  }

  #tellFollowers(key?: string): void {
    if (this.#suspended) return;
    for (const { prefix, onChange } of [...this.#followers])
      if (key?.startsWith(prefix) ?? true) onChange(this.holders(prefix));
  }

  #tell(key: string): void {
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener();
  }
}
