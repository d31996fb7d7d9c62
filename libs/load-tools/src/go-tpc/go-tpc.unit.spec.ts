import { readFileSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';
import { resultV1, RESULT_V1 } from '@benchbus/results';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../summary-of.ts';
import { measuredByGoTpc } from './measured-by-go-tpc.ts';
import { parseGoTpc } from './parse-output.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.stdout.txt`, import.meta.url), 'utf8');
const startedAt = new Date('2026-11-28T18:00:00Z');

describe('the output of go-tpc', () => {
  it('is read: each type, each second, the new-order transaction for the whole', () => {
    const measured = measuredByGoTpc(fixture('normal'), 'v1.0.12');
    expect(measured.types.map(({ name, transactions }) => [name, transactions])).toEqual([
      ['delivery', 32],
      ['new_order', 335],
      ['order_status', 24],
      ['payment', 279],
      ['stock_level', 27],
    ]);
    expect(measured).toMatchObject({
      durationSeconds: 4,
      latencyOf: 'new_order',
      total: { transactions: 697, failedTransactions: 0, tps: 174.25, latencyP90Ms: 14.7, latencyMaxMs: 184.5 },
    });
    expect(measured.total.sources).toMatchObject({ latencyP999Ms: 'tool-summary' });
    expect(measured.series.points).toHaveLength(3);
    expect(measured.series.points[0]).toEqual({ second: 0, tps: 85, latencyAverageMs: 18.782, latencyMaxMs: 243.3 });
    resultV1.parse({ schema: RESULT_V1, ...measured, startedAt: startedAt.toISOString() });
  });

  it('tells no series where a second is missing in it: nobody knows which', () => {
    const lines = fixture('normal').split(/(?<=\n)/);
    const [first = -1, next = -1] = lines.flatMap((line, at) => (line.startsWith('[Current] DELIVERY') ? [at] : []));
    const without = [...lines.slice(0, first), ...lines.slice(next)].join('');
    expect(measuredByGoTpc(without, 'v1.0.12').series.points).toEqual([]);
  });

  it('counts errors by type, beside what succeeded', () => {
    const { total, types } = measuredByGoTpc(fixture('errors'), 'v1.0.12');
    expect(total).toMatchObject({ transactions: 1601, failedTransactions: 7 });
    const failed = types.map(({ name, failedTransactions }) => [name, failedTransactions]);
    expect(Object.fromEntries(failed)).toMatchObject({ new_order: 3, delivery: 2, stock_level: 2, payment: 0 });
  });

  it('tells of workers that gave up, though the end looks like any other', () => {
    const { failures, finished, summary } = parseGoTpc(fixture('gaveup'));
    expect([failures.length, finished, summary.length]).toEqual([2, true, 6]);
    expect(failures[0]).toContain('statement timeout');
    expect(parseGoTpc(fixture('normal')).failures).toEqual([]);
  });

  it('of one that was killed is incomplete', () => {
    expect(parseGoTpc(fixture('aborted')).intervals.length).toBeGreaterThan(0);
    expect(() => measuredByGoTpc(fixture('aborted'), 'v1.0.12')).toThrow(BenchbusError);
  });

  it('is a summary that says what it estimated', () => {
    const summary = summaryOf(measuredByGoTpc(fixture('normal'), 'v1.0.12'), '15.1', startedAt);
    expect(summary).toMatchObject({ estimated: ['latencyStddevMs'], latencyOf: 'new_order', latencyP99Ms: 54.5 });
    // Between the half of the spread of its percentiles and all of it.
    expect(summary.latencyStddevMs).toBeGreaterThan(3);
    expect(summary.latencyStddevMs).toBeLessThan(54.5);
  });

  it.each(['normal', 'errors', 'gaveup', 'aborted'])('cut anywhere (%s) is read or refused, never a crash', (name) => {
    const whole = fixture(name);
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const cut = whole.slice(0, length);
        expect(parseGoTpc(cut).summary.length).toBeLessThanOrEqual(parseGoTpc(whole).summary.length);
        try {
          expect(measuredByGoTpc(cut, 'v').total.transactions).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'TOOL_OUTPUT_INCOMPLETE' });
        }
      }),
    );
  });
});
