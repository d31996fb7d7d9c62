import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThroughputSeries } from '../faults/throughput-series.ts';
import { LatencyHistogram } from '../latency-histogram.ts';
import { TransactionLogReader } from './transaction-log.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));

function read(chunks: readonly Uint8Array[]) {
  const histogram = new LatencyHistogram();
  const reader = new TransactionLogReader({ histogram });
  chunks.forEach((chunk) => reader.push(chunk));
  return { histogram, failed: reader.failed, skipped: reader.skipped };
}

describe('per-transaction log', () => {
  it('gives the percentiles that sorting the third column gives', () => {
    const bytes = fixture('transactions-15.log.txt');
    const times = bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[2]))
      .sort((a, b) => a - b);
    const { histogram } = read([bytes]);
    expect(histogram.total).toBe(times.length);
    for (const permille of [500, 950, 990, 999]) {
      expect(histogram.percentile(permille)).toBe(times[Math.ceil((permille * times.length) / 1000) - 1]);
    }
    expect(histogram.max).toBe(times.at(-1));
  });

  it('counts successes by the time at which they ended, in 100 ms', () => {
    const bytes = fixture('transactions-15.log.txt');
    const ended = bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(4).map(Number))
      .map(([seconds = 0, micros = 0]) => seconds * 1000 + micros / 1000);
    const series = new ThroughputSeries();
    new TransactionLogReader({ histogram: new LatencyHistogram(), series }).push(bytes);
    const first = Math.floor(Math.min(...ended) / 100) * 100;
    let counted = 0;
    for (let from = first; from <= Math.max(...ended); from += 100) {
      const transactions = series.between(from, from + 100);
      expect(transactions).toBe(ended.filter((at) => at >= from && at < from + 100).length);
      counted += transactions;
    }
    expect(counted).toBe(2_000);
  });

  it('counts failed transactions apart', () => {
    const bytes = fixture('transactions-failed-15.log.txt');
    const failed = bytes.toString().match(/ failed /g)?.length ?? 0;
    const { histogram, failed: counted } = read([bytes]);
    expect(failed).toBeGreaterThan(0);
    expect([counted, histogram.total]).toEqual([failed, 500 - failed]);
  });

  it('reads the retry columns of --max-tries, and skipped transactions', () => {
    const { histogram, failed, skipped } = read([
      Buffer.from('0 1 120 0 1700000000 1 3\n0 2 skipped 0 1700000000 2 0\n'),
    ]);
    expect([histogram.total, histogram.max, failed, skipped]).toEqual([1, 120, 0, 1]);
  });

  it('does not count a line that was cut', () => {
    expect(read([Buffer.from('0 1 120 0 1700000000 1\n0 2 13')]).histogram.total).toBe(1);
  });

  it('does not depend on where chunks end', () => {
    const bytes = fixture('transactions-failed-15.log.txt');
    const whole = read([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunked = read(at.slice(1).map((end, index) => bytes.subarray(at[index], end)));
        expect([chunked.failed, chunked.histogram.total, chunked.histogram.percentile(950)]).toEqual([
          whole.failed,
          whole.histogram.total,
          whole.histogram.percentile(950),
        ]);
      }),
      { numRuns: 30 },
    );
  });
});
