import { readFileSync } from 'node:fs';
import { resultV1, RESULT_V1 } from '@benchbus/results';
import fc from 'fast-check';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { measuredBySysbench } from './measured-by-sysbench.ts';
import { parseSysbench } from './parse-output.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.stdout.txt`, import.meta.url), 'utf8');

describe('the output of sysbench', () => {
  it('is read: percentiles of its histogram, mean and maximum as it says, each second', () => {
    const measured = measuredBySysbench(fixture('normal'), 'oltp_read_write', undefined);
    expect(measured).toMatchObject({
      tool: { name: 'sysbench', version: '1.0.20' },
      durationSeconds: 3.758,
      types: [{ name: 'oltp_read_write', transactions: 488 }],
      total: {
        transactions: 488,
        failedTransactions: 10,
        tps: 129.856,
        latencyAverageMs: 15.38,
        latencyMaxMs: 1012.07,
      },
    });
    expect(measured.total.sources).toMatchObject({ latencyP99Ms: 'tool-histogram', latencyMaxMs: 'tool-summary' });
    // Its own 99th percentile.
    expect(measured.total.latencyP99Ms).toBe(995.508);
    expect(measured.series.points).toEqual([
      { second: 0, tps: 129.11, failedTps: 3.97 },
      { second: 1, tps: 338.7, failedTps: 3.92 },
      { second: 2, tps: 10.28, failedTps: 1.03 },
    ]);
    resultV1.parse({ schema: RESULT_V1, ...measured, startedAt: '2026-11-28T18:00:00Z' });
  });

  it('keeps the histogram whole, for any HdrHistogram library', () => {
    const { histogram, total } = measuredBySysbench(fixture('normal'), 'oltp_read_write', undefined);
    const hdr = decodeFromCompressedBase64(histogram?.data ?? '');
    expect(hdr.totalCount).toBe(488);
    expect(hdr.getValueAtPercentile(99) / 1000).toBeCloseTo(total.latencyP99Ms ?? 0, -1);
  });

  it('counts errors that it went on after', () => {
    const { total } = measuredBySysbench(fixture('errors'), 'oltp_read_write', undefined);
    expect(total).toMatchObject({ transactions: 86, failedTransactions: 21 });
  });

  it('of one that lost its connections is incomplete', () => {
    expect(parseSysbench(fixture('aborted'))).toMatchObject({ ok: false });
  });

  it.each(['normal', 'errors', 'aborted'])('cut anywhere (%s) is refused or whole, never a crash', (name) => {
    const whole = fixture(name);
    const end = whole.indexOf('\n', whole.indexOf('         sum:'));
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const parsed = parseSysbench(whole.slice(0, length));
        if (parsed.ok) expect(length).toBeGreaterThan(end);
        try {
          measuredBySysbench(whole.slice(0, length), 's', 10);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TOOL_OUTPUT_INCOMPLETE' });
        }
      }),
    );
  });
});
