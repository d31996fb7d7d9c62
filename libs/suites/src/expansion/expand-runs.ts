import { createHash } from 'node:crypto';
import type { Suite, Test } from '../model/suite.ts';

/** One execution of one test. */
export interface ExpandedRun {
  readonly runId: string;
  /** For people: the test's name, and ` #<repeat>` where it has several. Stable like the id. */
  readonly name: string;
  /** Of the test in the suite, from 0. */
  readonly index: number;
  readonly test: Test;
  /** From 1. */
  readonly repeat: number;
}

/** Leaves room for the numbers (`-500-500`) in a token of 64 characters, and for a hash where it is longer. */
const LONGEST_VERBATIM = 48;

/** Long ids are cut and told apart by a hash; the result is longer than any verbatim one, so the two never meet. */
function prefixOf(suiteId: string): string {
  if (suiteId.length <= LONGEST_VERBATIM) return suiteId;
  return `${suiteId.slice(0, 39)}-${createHash('sha256').update(suiteId).digest('hex').slice(0, 16)}`;
}

/** `<suiteId>-<test>-<repeat>`, both from 1: the same for ever for the same suite, test and repeat. */
export const runIdOf = (suiteId: string, index: number, repeat: number): string =>
  `${prefixOf(suiteId)}-${index + 1}-${repeat}`;

/** Without a reset all repeats are measurements of one run; else each is a run of its own. */
export const runsOfTest = ({ repeat: { times, reset } }: Pick<Test, 'repeat'>): number =>
  reset === 'none' ? 1 : times;

/** How often one run of the test measures. */
export const measurementsOf = ({ repeat: { times, reset } }: Pick<Test, 'repeat'>): number =>
  reset === 'none' ? times : 1;

const runName = (test: Test, repeat: number): string =>
  runsOfTest(test) === 1 ? test.name : `${test.name} #${repeat}`;

/**
 * All runs of a suite, in the order in which they are begun: in rounds, each with the next repeat of every test that has one,
 * every other round backwards (A1 B1, B2 A2, A3 B3, …). So the sides of a comparison share whatever the machine goes through,
 * and what changes steadily (a disk that fills, a processor that warms up) is no advantage of the one that comes first: over
 * each two rounds all tests have the same mean place.
 */
export function expandRuns(suiteId: string, suite: Suite): ExpandedRun[] {
  const tests = suite.tests.map((test, index) => ({ test, index }));
  const rounds = Math.max(...suite.tests.map(runsOfTest));
  return Array.from({ length: rounds }, (_, round) => {
    const repeat = round + 1;
    const having = tests.filter(({ test }) => runsOfTest(test) >= repeat);
    return (round % 2 === 0 ? having : having.reverse()).map(({ test, index }) => ({
      runId: runIdOf(suiteId, index, repeat),
      name: runName(test, repeat),
      ...{ index, test, repeat },
    }));
  }).flat();
}
