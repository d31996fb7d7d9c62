import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { token } from '../model/scalars.ts';
import { exampleSuite, exampleTest } from '../testing/example-suite.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { expandRuns, measurementsOf, runIdOf, runsOfTest } from './expand-runs.ts';
import { measuringTimeMs } from './measuring-time.ts';

const suiteId = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);

describe('expandRuns', () => {
  it('makes a run of each repeat, of several without a reset one, with ids that never change', () => {
    fc.assert(
      fc.property(suiteId, suiteArbitrary, (id, suite) => {
        const runs = expandRuns(id, suite);
        expect(runs).toHaveLength(suite.tests.reduce((sum, test) => sum + runsOfTest(test), 0));
        expect(new Set(runs.map(({ runId }) => runId)).size).toBe(runs.length);
        for (const run of runs) {
          expect(token.safeParse(run.runId).success).toBe(true);
          expect(run.test).toBe(suite.tests[run.index]);
        }
        expect(expandRuns(id, suite)).toEqual(runs);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps ids valid and apart for the longest suite ids and numbers', () => {
    const long = 'x'.repeat(63);
    const ids = [`${long}a`, `${long}b`].flatMap((id) => [runIdOf(id, 0, 1), runIdOf(id, 499, 500)]);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(token.safeParse(id).success, id).toBe(true);
  });

  it('tells runs of different suites apart', () => {
    fc.assert(
      fc.property(suiteId, suiteId, fc.nat(499), fc.nat(499), (a, b, i, j) => {
        if (a !== b) expect(runIdOf(a, i, 1)).not.toBe(runIdOf(b, j, 1));
      }),
    );
    expect(runIdOf('a-1', 0, 1)).not.toBe(runIdOf('a', 0, 1));
  });

  it('names runs after their test, numbered where it is repeated', () => {
    const [once, twice] = [1, 2].map((times) => ({
      ...exampleTest(),
      name: `x${times}`,
      repeat: { times, reset: 'data' as const },
    }));
    if (once === undefined || twice === undefined) throw new Error('no tests');
    const runs = expandRuns('s', exampleSuite({ tests: [once, twice] }));
    expect(runs.map(({ name }) => name)).toEqual(['x1', 'x2 #1', 'x2 #2']);
    expect(expandRuns('s', exampleSuite({ tests: [{ ...twice, repeat: { times: 9, reset: 'none' } }] }))).toMatchObject(
      [{ name: 'x2', repeat: 1 }],
    );
  });

  it('begins the sides of a comparison in turns, every other round backwards', () => {
    const side = (name: string, times: number, reset: 'none' | 'data' | 'server' = 'server') => ({
      ...exampleTest(),
      ...{ name, repeat: { times, reset } },
    });
    const order = (...tests: ReturnType<typeof side>[]) =>
      expandRuns('s', exampleSuite({ tests }))
        .map(({ test: { name }, repeat }) => `${name}${repeat}`)
        .join(' ');
    expect(order(side('A', 4), side('B', 4, 'data'))).toBe('A1 B1 B2 A2 A3 B3 B4 A4');
    expect(order(side('A', 1), side('B', 3), side('C', 2))).toBe('A1 B1 C1 C2 B2 B3');
    expect(order(side('A', 5, 'none'), side('B', 2))).toBe('A1 B1 B2');
  });

  it('runs no test before all others have had as many repeats, and gives each the same mean place over two rounds', () => {
    fc.assert(
      fc.property(suiteArbitrary, fc.integer({ min: 1, max: 4 }), (suite, pairs) => {
        const done = new Map<number, number>();
        for (const { index, repeat } of expandRuns('s', suite)) {
          expect(done.get(index) ?? 0).toBe(repeat - 1);
          done.set(index, repeat);
          for (const [other, test] of suite.tests.entries())
            expect(done.get(other) ?? 0).toBeGreaterThanOrEqual(Math.min(repeat - 1, runsOfTest(test)));
        }
        const same = {
          ...suite,
          tests: suite.tests.map((test) => ({ ...test, repeat: { times: 2 * pairs, reset: 'data' as const } })),
        };
        const places = Map.groupBy(expandRuns('s', same).entries(), ([, { index }]) => index);
        const sums = [...places.values()].map((of) => of.reduce((sum, [place]) => sum + place, 0));
        expect(new Set(sums).size).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  it('knows how long the load tool is under way in a run: one warm-up, all measurements', () => {
    const workload = { ...exampleTest().workload, warmupMs: 10_000, durationMs: 60_000 };
    const of = (times: number, reset: 'none' | 'data') => measuringTimeMs({ workload, repeat: { times, reset } });
    expect([of(1, 'none'), of(3, 'none'), of(3, 'data')]).toEqual([70_000, 190_000, 70_000]);
    expect(measurementsOf({ repeat: { times: 3, reset: 'none' } })).toBe(3);
  });

  it('is readable for short ids', () => expect(runIdOf('nightly', 0, 2)).toBe('nightly-1-2'));
});
