import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goTpcStarts } from '../go-tpc/go-tpc-starts.ts';
import { measuredByGoTpc } from '../go-tpc/measured-by-go-tpc.ts';
import { measuredBySysbench } from '../sysbench/measured-by-sysbench.ts';
import { sysbenchStarts } from '../sysbench/sysbench-starts.ts';
import { mergeStarts, seriesOfParts, type Part } from './merge-starts.ts';

const fixture = (name: string): string => readFileSync(new URL(`../${name}.stdout.txt`, import.meta.url), 'utf8');
const [tpc, tpcCut] = [fixture('go-tpc/fixtures/normal'), fixture('go-tpc/fixtures/aborted')];
const [bench, benchCut] = [fixture('sysbench/fixtures/normal'), fixture('sysbench/fixtures/aborted')];

/** As the loop around the tool prints it. */
const looped = (starts: readonly [fromMs: number, output: string, lost: number][], measuredMs: number): string =>
  starts
    .map(
      ([fromMs, output, lost], nth) =>
        `benchbus: start ${nth + 1} at ${fromMs} ms\n${output}\nbenchbus: start ${nth + 1} ended with 0, connections lost: ${lost}\n`,
    )
    .join('') + `benchbus: measured for ${measuredMs} ms\n`;

describe('several starts of a tool', () => {
  it('one whole start of go-tpc says what it says alone, over the time of the loop', () => {
    const { measured } = goTpcStarts(looped([[100, tpc, 0]], 10_000), 'v1');
    const alone = measuredByGoTpc(tpc, 'v1');
    expect(measured.total).toMatchObject({
      transactions: alone.total.transactions,
      tps: Math.round(alone.total.transactions / 0.01) / 1000,
      latencyP99Ms: alone.total.latencyP99Ms,
    });
    expect(measured).toMatchObject({ latencyOf: 'new_order', toolStarts: 1 });
  });

  it('of one that was killed its seconds count; a percentile is the largest', () => {
    const { measured, parts } = goTpcStarts(
      looped(
        [
          [0, tpcCut, 2],
          [4_000, tpc, 0],
        ],
        12_000,
      ),
      'v1',
    );
    const alone = measuredByGoTpc(tpc, 'v1');
    expect(measured.total.transactions).toBeGreaterThan(alone.total.transactions);
    expect(measured.total.latencyMaxMs).toBeGreaterThanOrEqual(alone.total.latencyMaxMs ?? 0);
    expect(measured).toMatchObject({ toolStarts: 2 });
    // It printed two lines of lost connections, which is not how many it lost.
    expect(measured).not.toHaveProperty('connectionsLost');
    expect(measured.series.points).toHaveLength(12);
    expect(seriesOfParts(parts, 0).between(0, 12_000)).toBeGreaterThan(0);
  });

  it('of sysbench the histograms are put together; without any there is no result', () => {
    const { measured } = sysbenchStarts(
      looped(
        [
          [0, benchCut, 1],
          [3_000, bench, 0],
        ],
        10_000,
      ),
      'oltp',
      undefined,
    );
    const alone = measuredBySysbench(bench, 'oltp', undefined);
    expect(measured.total.latencyP99Ms).toBe(alone.total.latencyP99Ms);
    expect(measured.total.transactions).toBe(alone.total.transactions + 613);
    expect(() => sysbenchStarts(looped([[0, benchCut, 1]], 5_000), 'oltp', undefined)).toThrow(/no start of sysbench/);
    expect(() => sysbenchStarts(looped([[0, bench, 1]], 5_000).slice(0, -5), 'oltp', undefined)).toThrow(/the end of/);
  });

  it('no transaction is lost or counted twice, and a percentile is none below a part', () => {
    const type = fc.record({
      name: fc.constantFrom('a', 'b'),
      transactions: fc.nat(1000),
      failedTransactions: fc.nat(10),
      latencyAverageMs: fc.nat(50),
      latencyP99Ms: fc.nat(100),
    });
    const part = fc
      .tuple(fc.nat(50_000), fc.uniqueArray(type, { selector: ({ name }) => name, maxLength: 2 }))
      .map(([fromMs, types]): Part => ({
        ...{ fromMs, points: [] },
        types: types.map((one) => ({ ...one, sources: {} })),
      }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const { total, types } = mergeStarts({ name: 't', version: '1' }, parts, { measuredMs: 60_000 });
        const all = parts.flatMap((one) => one.types);
        expect(total.transactions).toBe(all.reduce((sum, { transactions }) => sum + transactions, 0));
        expect(types.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(total.transactions);
        const told = all.filter(({ transactions }) => transactions > 0);
        if (told.length > 0) expect(total.latencyP99Ms).toBe(Math.max(...told.map((of) => of.latencyP99Ms ?? 0)));
      }),
    );
  });
});
