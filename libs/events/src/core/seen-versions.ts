const MOST = 10_000;

/**
 * The newest sequence this process has seen of each subject (bounded; the least recently noted are forgotten). A cluster
 * answers direct gets from any replica, which may be behind: a waiter that was woken by an event must not read past it.
 */
export class SeenVersions {
  readonly #versions = new Map<string, number>();

  note(subject: string, sequence: number): void {
    const known = this.#versions.get(subject) ?? 0;
    this.#versions.delete(subject);
    this.#versions.set(subject, Math.max(known, sequence));
    if (this.#versions.size <= MOST) return;
    const [oldest] = this.#versions.keys();
    if (oldest !== undefined) this.#versions.delete(oldest);
  }

  /** Is a read that ended at `sequence` at least as new as what was seen? */
  covers(subject: string, sequence: number): boolean {
    return sequence >= (this.#versions.get(subject) ?? 0);
  }
}
