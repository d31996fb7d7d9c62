import type { SeriesPoint } from '@benchbus/results';

interface Second {
  transactions: number;
  failed: number;
  sum: number;
  max: number;
}

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

  /** @param share of the transactions that were added: throughput is scaled up */
  points(share = 1): SeriesPoint[] {
    return [...this.#seconds]
      .sort(([a], [b]) => a - b)
      .map(([second, { transactions, failed, sum, max }]) => ({
        second,
        tps: Math.round((transactions / share) * 1000) / 1000,
        ...(failed === 0 ? {} : { failedTps: Math.round((failed / share) * 1000) / 1000 }),
        ...(transactions === 0 ? {} : { latencyAverageMs: milli(sum / transactions), latencyMaxMs: milli(max) }),
      }));
  }
}
