import type { ThroughputSeries } from '../faults/throughput-series.ts';
import type { LatencyHistogram } from '../latency-histogram.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
/** Field of the latency in `client_id transaction_no time script_no time_epoch time_us …` (pgbench manual, "Per-Transaction Logging"). */
const TIME_FIELD = 2;
/** When it ended: seconds since the epoch, and microseconds. */
const EPOCH_FIELD = 4;
const MICROS_FIELD = 5;

/**
 * Takes the bytes of one per-transaction log file in chunks of any size, adds each latency to `histogram`.
 * `failed` and `skipped` transactions carry the word instead of a time and are counted apart; a last line without its
 * end (a file that was cut) is not counted. Bytes, not strings: such a file has millions of lines.
 * With a `series`, each success is also counted by the time at which it ended.
 */
export class TransactionLogReader {
  readonly #histogram: LatencyHistogram;
  readonly #series: ThroughputSeries | undefined;
  #field = 0;
  #micros = 0;
  #digits = 0;
  #failed = 0;
  #epoch = 0;
  #endMicros = 0;

  constructor(histogram: LatencyHistogram, series?: ThroughputSeries) {
    this.#histogram = histogram;
    this.#series = series;
  }

  /** Transactions without a time so far. */
  get failed(): number {
    return this.#failed;
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === NEWLINE) this.#endLine();
      else if (byte === SPACE) this.#field += 1;
      else if (this.#field === TIME_FIELD) this.#time(byte);
      else if (this.#series !== undefined) this.#end(byte);
    }
  }

  #time(byte: number): void {
    if (byte < ZERO || byte > NINE) return;
    this.#micros = this.#micros * 10 + (byte - ZERO);
    this.#digits += 1;
  }

  #end(byte: number): void {
    if (this.#field === EPOCH_FIELD) this.#epoch = this.#epoch * 10 + (byte - ZERO);
    else if (this.#field === MICROS_FIELD) this.#endMicros = this.#endMicros * 10 + (byte - ZERO);
  }

  #endLine(): void {
    if (this.#digits > 0) {
      this.#histogram.add(this.#micros);
      this.#series?.add(this.#epoch * 1000 + this.#endMicros / 1000);
    } else if (this.#field > TIME_FIELD) this.#failed += 1;
    this.#field = 0;
    this.#micros = 0;
    this.#digits = 0;
    this.#epoch = 0;
    this.#endMicros = 0;
  }
}
