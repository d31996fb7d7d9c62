import type { SeriesPoint } from '@benchbus/results';

interface Second {
  transactions: number;
  failed: number;
  sum: number;
  max: number;
}

const EMPTY: Second = { transactions: 0, failed: 0, sum: 0, max: 0 };

const milli = (micros: number): number => Math.round(micros) / 1000;

/** Transactions by the second in which they ended: memory grows with the length of the run alone. */
export class SecondSeries {
  readonly #fromMs: number;
  readonly #seconds = new Map<number, Second>();

  /** @param fromMs start of the measured part, ms since the epoch */
  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  /** @param endedMs ms since the epoch; @param micros its latency; undefined: it failed */
  add(endedMs: number, micros: number | undefined): void {
    const at = Math.max(0, Math.floor((endedMs - this.#fromMs) / 1000));
    let second = this.#seconds.get(at);
    if (second === undefined) this.#seconds.set(at, (second = { transactions: 0, failed: 0, sum: 0, max: 0 }));
    if (micros === undefined) {
      second.failed += 1;
      return;
    }
    second.transactions += 1;
    second.sum += micros;
    second.max = Math.max(second.max, micros);
  }

  /**
   * Every second of the measured part, those in which nothing ended included: an outage is to be seen. One that the part ends in
   * is there if most of it is, at the rate of its own length.
   * @param durationSeconds length of the measured part
   * @param share of the transactions that were added: throughput is scaled up
   */
  points(durationSeconds: number, share = 1): SeriesPoint[] {
    const count = Math.max(1, Math.round(durationSeconds));
    return Array.from({ length: count }, (_, second) => {
      const { transactions, failed, sum, max } = this.#seconds.get(second) ?? EMPTY;
      const length = share * (second === count - 1 ? Math.min(1, durationSeconds - second) : 1);
      return {
        second,
        tps: milli((transactions / length) * 1000),
        ...(failed === 0 ? {} : { failedTps: milli((failed / length) * 1000) }),
        ...(transactions === 0 ? {} : { latencyAverageMs: milli(sum / transactions), latencyMaxMs: milli(max) }),
      };
    });
  }
}
