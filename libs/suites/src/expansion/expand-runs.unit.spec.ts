import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { token } from '../model/scalars.ts';
import { exampleSuite, exampleTest } from '../testing/example-suite.ts';
import { suiteArbitrary } from '../testing/suite-arbitrary.ts';
import { expandRuns, runIdOf } from './expand-runs.ts';

const suiteId = fc.stringMatching(/^[a-z0-9_-]{1,64}$/);

describe('expandRuns', () => {
  it('makes a run of each repeat of each test, in order, with ids that never change', () => {
    fc.assert(
      fc.property(suiteId, suiteArbitrary, (id, suite) => {
        const runs = expandRuns(id, suite);
        expect(runs).toHaveLength(suite.tests.reduce((sum, test) => sum + test.repeat.times, 0));
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
  });

  it('is readable for short ids', () => expect(runIdOf('nightly', 0, 2)).toBe('nightly-1-2'));
});
