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

const runName = ({ name, repeat: { times } }: Test, repeat: number): string =>
  times === 1 ? name : `${name} #${repeat}`;

/** All runs of a suite, in order: each repeat is a run of its own, on a deployment of its own. */
export function expandRuns(suiteId: string, suite: Suite): ExpandedRun[] {
  return suite.tests.flatMap((test, index) =>
    Array.from({ length: test.repeat.times }, (_, nth) => {
      const repeat = nth + 1;
      return { runId: runIdOf(suiteId, index, repeat), name: runName(test, repeat), index, test, repeat };
    }),
  );
}
