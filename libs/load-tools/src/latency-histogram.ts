/** Counts per microsecond below this are kept in an array (64 MiB at most), the rare ones above in a map. */
const ARRAY_LIMIT = 2 ** 24;

/**
 * Exact distribution of latencies in whole microseconds: one counter per value, so memory depends on the slowest
 * transaction, never on their number.
 */
export class LatencyHistogram {
  #counts = new Uint32Array(2 ** 14);
  readonly #slow = new Map<number, number>();
  #total = 0;
  #sum = 0;
  #max = 0;

  get total(): number {
    return this.#total;
  }

  /** Average in microseconds; NaN if there are none. Exact up to 2^53 in all, which is 285 years of latency. */
  get mean(): number {
    return this.#total === 0 ? Number.NaN : this.#sum / this.#total;
  }

  /** Standard deviation of all values, in microseconds; NaN if there are none. */
  get stddev(): number {
    const { mean } = this;
    let square = 0;
    for (const [micros, count] of this.entries()) square += count * (micros - mean) ** 2;
    return Math.sqrt(square / this.#total);
  }

  /** @param count how many transactions took so long */
  add(micros: number, count = 1): void {
    this.#total += count;
    this.#sum += micros * count;
    if (micros > this.#max) this.#max = micros;
    if (micros >= ARRAY_LIMIT) {
      this.#slow.set(micros, (this.#slow.get(micros) ?? 0) + count);
      return;
    }
    if (micros >= this.#counts.length) this.#grow(micros);
    this.#counts[micros] = (this.#counts[micros] ?? 0) + count;
  }

  /** Every value that occurred with how often it did, ascending. */
  *entries(): Generator<readonly [micros: number, count: number]> {
    for (let micros = 0; micros < this.#counts.length; micros += 1) {
      const count = this.#counts[micros] ?? 0;
      if (count > 0) yield [micros, count];
    }
    yield* [...this.#slow].sort(([a], [b]) => a - b);
  }

  /**
   * Nearest-rank percentile in microseconds: the smallest value that at least `permille`/1000 of all values do not
   * exceed, i.e. the ceil(permille/1000 · n)-th smallest (Hyndman & Fan 1996, definition 1, the inverse of the empirical
   * distribution function). Always a latency that occurred. Integer arithmetic: 99.9 % is 999 ‰. NaN if there are none.
   */
  percentile(permille: number): number {
    if (this.#total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil((permille * this.#total) / 1000));
    let seen = 0;
    for (let micros = 0; micros < this.#counts.length; micros += 1) {
      seen += this.#counts[micros] ?? 0;
      if (seen >= rank) return micros;
    }
    for (const [micros, count] of [...this.#slow].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return micros;
    }
    return this.#max;
  }

  get max(): number {
    return this.#total === 0 ? Number.NaN : this.#max;
  }

  #grow(needed: number): void {
    const bigger = new Uint32Array(Math.min(ARRAY_LIMIT, Math.max(needed + 1, this.#counts.length * 2)));
    bigger.set(this.#counts);
    this.#counts = bigger;
  }
}
