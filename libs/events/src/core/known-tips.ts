const MOST = 10_000;

/** The last fact of an aggregate: what the next one continues. */
export interface TipOfAggregate {
  readonly sequence: number;
  readonly counter: number;
  readonly hash: string;
}

/** Before the first one. */
export const NO_FACT: TipOfAggregate = { sequence: 0, counter: 0, hash: '' };

/**
 * The last facts this process has read or appended (bounded; the least recently noted are forgotten). An append at the very
 * version that is known here need not ask for it: the server refuses it if the aggregate has moved on.
 */
export class KnownTips {
  readonly #tips = new Map<string, TipOfAggregate>();

  note(subject: string, { sequence, counter, hash }: TipOfAggregate): void {
    if ((this.#tips.get(subject)?.sequence ?? 0) > sequence) return;
    this.#tips.delete(subject);
    this.#tips.set(subject, { sequence, counter, hash });
    if (this.#tips.size <= MOST) return;
    const [oldest] = this.#tips.keys();
    if (oldest !== undefined) this.#tips.delete(oldest);
  }

  /** The fact at exactly this version; version 0 is before the first one. */
  at(subject: string, version: number): TipOfAggregate | undefined {
    if (version === 0) return NO_FACT;
    const known = this.#tips.get(subject);
    return known?.sequence === version ? known : undefined;
  }

  /** A server that comes back may have lost what it had acknowledged: the same versions may be other facts. */
  clear(): void {
    this.#tips.clear();
  }
}
