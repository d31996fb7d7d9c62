import { MAX_RUNS } from '../../expansion/limits.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { databaseRules } from './database-rules.ts';
import { faultRules } from './fault-rules.ts';
import { limitRules } from './limit-rules.ts';
import { list, whole } from './read.ts';
import { longestLength, timeoutRules } from './timeout-rules.ts';
import { workloadRules } from './workload-rules.ts';

function runsRule(tests: readonly unknown[]): Finding[] {
  const runs = tests.reduce<number>(
    (sum, test) =>
      sum +
      (valueAt(test, ['repeat', 'reset']) === 'none'
        ? 1
        : Math.max(1, whole(valueAt(test, ['repeat', 'times']), 1) ?? 1)),
    0,
  );
  if (runs <= MAX_RUNS) return [];
  const text = `the suite has ${runs} runs (tests, each combination of a matrix, × repeats); allowed are ${MAX_RUNS}`;
  return [{ code: 'SUITE_TOO_LARGE', path: ['tests'], text, hint: 'split it into several suites' }];
}

/**
 * What the shape of a native document alone cannot say. Reads the untrusted document, its matrices expanded, so that these
 * are found beside errors of shape; a rule keeps silent where its fields are not what they should be.
 */
export function suiteRules(document: unknown): Finding[] {
  const tests = list(valueAt(document, ['tests']));
  return [
    ...tests.flatMap((test, index) => [
      ...databaseRules(valueAt(test, ['database']), ['tests', index, 'database']),
      ...workloadRules(valueAt(test, ['workload']), ['tests', index, 'workload']),
      ...faultRules(test, ['tests', index]),
    ]),
    ...runsRule(tests),
    ...timeoutRules(valueAt(document, ['timeouts']), tests),
    ...limitRules(document, longestLength(tests)),
  ];
}
