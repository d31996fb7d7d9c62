import type { AnyRecorded } from '@benchbus/events';
import type { Problem, Suite } from '@benchbus/suites';

const rejected = (suiteId: string): Problem => ({
  code: 'SUITE_REJECTED',
  message: `suite ${suiteId} was rejected: there is nothing to repeat`,
  where: 'SUITE',
  hint: `benchbus results ${suiteId} says what is wrong; correct the file, then benchbus run FILE`,
});

const nothingFailed = (suiteId: string): Problem => ({
  code: 'NOTHING_FAILED',
  message: `no run of suite ${suiteId} has failed`,
  where: '--failed',
  hint: 'leave --failed out to repeat all of it',
});

/**
 * The suite that a rerun requests: the one that was accepted, secrets still by reference; with `failedOnly` the tests of
 * which a run failed. @param history of the suite's own aggregate @param failed runs that failed
 */
export function suiteToRepeat(
  suiteId: string,
  history: readonly AnyRecorded[],
  { failedOnly, failed }: { readonly failedOnly: boolean; readonly failed: ReadonlySet<string> },
): { readonly suite: Suite } | { readonly problem: Problem } {
  const accepted = history.find((event) => event.name === 'SuiteAccepted');
  if (accepted === undefined) return { problem: rejected(suiteId) };
  const { suite, runs } = accepted.data;
  if (!failedOnly) return { suite };
  const names = new Set(runs.filter(({ runId }) => failed.has(runId)).map(({ test }) => test));
  const tests = suite.tests.filter(({ name }) => names.has(name));
  return tests.length === 0 ? { problem: nothingFailed(suiteId) } : { suite: { ...suite, tests } };
}
