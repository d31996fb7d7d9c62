const MOST = 10_000;
/** Of so many subjects, those noted last, it knows for certain. */
export const FEWEST_KEPT = MOST / 2;

/**
 * The newest sequence this process has seen of each subject (bounded; the least recently noted are forgotten). A cluster
 * answers direct gets from any replica, which may be behind: a waiter that was woken by an event must not read past it.
 */
export class SeenVersions {
  /** Two halves, as each event that is read is noted: to forget is to drop the older one. */
  #newer = new Map<string, number>();
  #older = new Map<string, number>();

  note(subject: string, sequence: number): void {
    const newest = Math.max(sequence, this.#of(subject));
    if (this.#newer.size >= FEWEST_KEPT) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(subject, newest);
  }

  /** Is a read that ended at `sequence` at least as new as what was seen? */
  covers(subject: string, sequence: number): boolean {
    return sequence >= this.#of(subject);
  }

  #of(subject: string): number {
    return this.#newer.get(subject) ?? this.#older.get(subject) ?? 0;
  }
}
