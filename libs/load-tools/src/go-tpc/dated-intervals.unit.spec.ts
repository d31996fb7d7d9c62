import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesOfParts } from '../faults/merge-starts.ts';
import { parseStarts } from '../faults/starts.ts';
import { datedIntervals } from './dated-intervals.ts';
import { goTpcStarts } from './go-tpc-starts.ts';

/** Of a server that stood still from 4 to 7.3 s, and was lost at 9.1 s. */
const gap = readFileSync(new URL('./fixtures/gap.stdout.txt', import.meta.url), 'utf8');
/** A line of a type of transaction, as go-tpc prints it. */
const line = (name: string, count: number): string =>
  `[Current] ${name} - Takes(s): 1.0, Count: ${count}, TPM: 1.0, Sum(ms): 1.0, Avg(ms): 1.0, 50th(ms): 1.0, 90th(ms): 1.0, 95th(ms): 1.0, 99th(ms): 1.0, 99.9th(ms): 1.0, Max(ms): 1.0\n`;
const stamp = (atMs: number): string => `benchbus: at ${atMs} ms\n`;

describe('the seconds of a start of go-tpc', () => {
  it('are those in which it printed, also after it had nothing to print', () => {
    const { measured, parts, measuredMs } = goTpcStarts(gap, 'v1.0.12');
    expect(measured.series.points.map(({ second, tps }) => [second, tps])).toEqual([
      ...[0, 1, 2, 3].map((second) => [second, [125, 204, 259, 36][second]]),
      ...[4, 5].map((second) => [second, 0]),
      ...[6, 7, 8, 9].map((second) => [second, [79, 200, 169, 8][second - 6]]),
      ...[10, 11, 12].map((second) => [second, 0]),
    ]);
    const series = seriesOfParts(parts, 0);
    expect(series.between(4_400, 6_000)).toBe(0);
    expect(series.between(7_200, 8_000)).toBeGreaterThan(100);
    expect(series.between(0, measuredMs)).toBeCloseTo(measured.total.transactions);
  });

  it('of an older recording, without stamps, follow each other', () => {
    const { measured } = goTpcStarts(gap.replaceAll(/^benchbus: at .*\n/gm, ''), 'v1.0.12');
    expect(measured.series.points.slice(3, 6).map(({ tps }) => tps)).toEqual([36, 79, 200]);
  });

  it('seen in one look are of a second each', () => {
    const both = line('NEW_ORDER', 1) + line('NEW_ORDER', 2) + stamp(3_300);
    const intervals = datedIntervals(line('NEW_ORDER', 0) + stamp(1_000) + both, 0);
    expect(intervals.map(({ second }) => Math.round(second))).toEqual([0, 1, 2]);
  });

  it('are one where a stamp came between its lines', () => {
    const whole = line('NEW_ORDER', 2) + line('PAYMENT', 3);
    const split = line('NEW_ORDER', 2) + stamp(3_300) + line('PAYMENT', 3) + stamp(3_500);
    const intervals = datedIntervals(whole + stamp(1_100) + split + whole + stamp(4_200), 0);
    expect(intervals.map(({ lines, second }) => [lines.length, Math.round(second)])).toEqual([
      [2, 0],
      [2, 2],
      [2, 3],
    ]);
  });

  it('are found whatever is missing, and however late each was seen', () => {
    const second = fc.record({ after: fc.integer({ min: 1, max: 30 }), lateMs: fc.nat(400) });
    const printed = fc.array(second, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(printed, fc.nat(60_000), fc.nat(900), (seconds, fromMs, startsMs) => {
        let tick = 0;
        const truth: number[] = [];
        let output = `benchbus: start 1 at ${fromMs} ms\n`;
        for (const { after, lateMs } of seconds) {
          tick += after;
          truth.push(tick - 1);
          output += line('NEW_ORDER', tick) + stamp(fromMs + startsMs + tick * 1000 + lateMs);
        }
        output += `\nbenchbus: start 1 ended with 0, connections lost: 0\nbenchbus: measured for 999999 ms\n`;
        const [start] = parseStarts('go-tpc', output).starts;
        const found = datedIntervals(start?.output ?? '', fromMs);
        expect(found.map(({ lines }) => lines[0]?.count)).toEqual(truth.map((of) => of + 1));
        const soonest = Math.min(...seconds.map(({ lateMs }) => lateMs));
        const lateBy = found.map((of, nth) => Math.round(of.second * 1000) - (truth[nth] ?? 0) * 1000 - startsMs);
        // All by the same, and that is how late the soonest was seen.
        expect(new Set(lateBy)).toEqual(new Set([soonest]));
      }),
    );
  });
});
