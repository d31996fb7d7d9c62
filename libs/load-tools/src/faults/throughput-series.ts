/** Resolution of everything that is said about throughput over time, in ms. */
export const BUCKET_MS = 100;

/** Transactions by the time at which they ended, in buckets of 100 ms: memory grows with the length of the run alone. */
export class ThroughputSeries {
  readonly #counts = new Map<number, number>();

  /** @param endedMs ms since the epoch */
  add(endedMs: number, transactions = 1): void {
    const bucket = Math.floor(endedMs / BUCKET_MS);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + transactions);
  }

  /** Transactions that ended in [fromMs, toMs), both rounded up to the next bucket's begin. */
  between(fromMs: number, toMs: number): number {
    const last = Math.ceil(toMs / BUCKET_MS);
    let sum = 0;
    for (let bucket = Math.ceil(fromMs / BUCKET_MS); bucket < last; bucket += 1) sum += this.#counts.get(bucket) ?? 0;
    return sum;
  }
}
