import type { LatencyHistogram } from '../latency-histogram.ts';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
/** Field of the latency in `client_id transaction_no time script_no time_epoch time_us …` (pgbench manual, "Per-Transaction Logging"). */
const TIME_FIELD = 2;

/**
 * Takes the bytes of one per-transaction log file in chunks of any size, adds each latency to `histogram`.
 * `failed` and `skipped` transactions carry the word instead of a time and are counted apart; a last line without its
 * end (a file that was cut) is not counted. Bytes, not strings: such a file has millions of lines.
 */
export class TransactionLogReader {
  readonly #histogram: LatencyHistogram;
  #field = 0;
  #micros = 0;
  #digits = 0;
  #failed = 0;

  constructor(histogram: LatencyHistogram) {
    this.#histogram = histogram;
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
    }
  }

  #time(byte: number): void {
    if (byte < ZERO || byte > NINE) return;
    this.#micros = this.#micros * 10 + (byte - ZERO);
    this.#digits += 1;
  }

  #endLine(): void {
    if (this.#digits > 0) this.#histogram.add(this.#micros);
    else if (this.#field > TIME_FIELD) this.#failed += 1;
    this.#field = 0;
    this.#micros = 0;
    this.#digits = 0;
  }
}
