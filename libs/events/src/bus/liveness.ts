/** Who is alive, in a KV bucket with a TTL: never in the log. Keys: `edge.<runId>.<node>`, `host.<hostId>`, `service.<name>.<instance>`. */
export interface Liveness {
  /** Keeps `key` alive until stopped; a killed process' key vanishes after the TTL. */
  hold(key: string, value: Readonly<Record<string, string>>): Promise<{ stop(): Promise<void> }>;
  /** The holder's value, if somebody holds it now. */
  holder(key: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Those that are held now, by key; `prefix` ends with a dot: `service.`. */
  holders(prefix: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /**
   * Tells of those below `prefix` that are held: what was found at the first look, before it resolves, and again after each
   * change. Nothing while the server is away, which says nothing about who lives.
   */
  follow(
    prefix: string,
    onChange: (holders: ReadonlyMap<string, Readonly<Record<string, string>>>) => void,
  ): Promise<{ stop(): Promise<void> }>;
  /** Resolves when nobody held the key for `lostAfterMs`; rejects with the signal's reason. Driven by a watch, not by polling. */
  lost(key: string, lostAfterMs: number, signal: AbortSignal): Promise<void>;
}
