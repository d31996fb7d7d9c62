import type { ThroughputSeries } from '../faults/throughput-series.ts';
import type { LatencyHistogram } from '../latency-histogram.ts';
import type { SecondSeries } from '../second-series.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
const SKIPPED = 's'.charCodeAt(0);
/**
 * Fields of `client_id transaction_no time script_no time_epoch time_us [schedule_lag] [retries]` (pgbench manual,
 * "Per-Transaction Logging"): latency in µs; when it ended, seconds since the epoch and µs; with a rate limit how late it began, µs.
 */
const FIELDS = { time: 2, epoch: 4, micros: 5, lag: 6 } as const;

/** What each transaction is added to. */
export interface TransactionSinks {
  readonly histogram: LatencyHistogram;
  /** Successes by the time at which they ended. */
  readonly series?: ThroughputSeries | undefined;
  readonly seconds?: SecondSeries | undefined;
  /** How late successes began, where the log has it: with a rate limit. */
  readonly lag?: LatencyHistogram | undefined;
}

/**
 * Takes the bytes of one per-transaction log file in chunks of any size, and adds each transaction to the sinks.
 * `failed` and `skipped` transactions carry the word instead of a time and are counted apart; a last line without its
 * end (a file that was cut) is not counted. Bytes, not strings: such a file has millions of lines.
 */
export class TransactionLogReader {
  readonly #sinks: TransactionSinks;
  readonly #timed: boolean;
  #field = 0;
  readonly #numbers = [0, 0, 0, 0, 0, 0, 0, 0];
  #digits = 0;
  #word = 0;
  #failed = 0;
  #skipped = 0;

  constructor(sinks: TransactionSinks) {
    this.#sinks = sinks;
    this.#timed = sinks.series !== undefined || sinks.seconds !== undefined;
  }

  /** Transactions that failed so far. */
  get failed(): number {
    return this.#failed;
  }

  /** Transactions that were not begun so far, being later than the latency limit. */
  get skipped(): number {
    return this.#skipped;
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === NEWLINE) this.#endLine();
      else if (byte === SPACE) this.#field += 1;
      else if (this.#field === FIELDS.time) this.#time(byte);
      else if (this.#field >= FIELDS.epoch && this.#field <= FIELDS.lag && this.#timed) this.#digit(byte);
      else if (this.#field === FIELDS.lag) this.#digit(byte);
    }
  }

  #time(byte: number): void {
    if (byte >= ZERO && byte <= NINE) {
      this.#digit(byte);
      this.#digits += 1;
    } else if (this.#word === 0) this.#word = byte;
  }

  #digit(byte: number): void {
    if (byte < ZERO || byte > NINE) return;
    this.#numbers[this.#field] = (this.#numbers[this.#field] ?? 0) * 10 + (byte - ZERO);
  }

  #endLine(): void {
    const { histogram, series, seconds, lag } = this.#sinks;
    const [, , micros = 0, , epoch = 0, fraction = 0, late = 0] = this.#numbers;
    const endedMs = epoch * 1000 + fraction / 1000;
    if (this.#digits > 0) {
      histogram.add(micros);
      if (this.#field >= FIELDS.lag) lag?.add(late);
      series?.add(endedMs);
      seconds?.add(endedMs, micros);
    } else if (this.#field > FIELDS.time) {
      if (this.#word === SKIPPED) this.#skipped += 1;
      else {
        this.#failed += 1;
        seconds?.add(endedMs, undefined);
      }
    }
    this.#field = 0;
    this.#digits = 0;
    this.#word = 0;
    this.#numbers.fill(0);
  }
}
