import { subjects, type AnyDraft, type AnyRequest } from '@benchbus/events';
import { expandRuns, type Problem, type Suite } from '@benchbus/suites';

/** What validation made of the suite in a request. */
export type Validated = { ok: true; suite: Suite } | { ok: false; problems: Problem[] };

/** The first fact of a suite: it is accepted with its runs, or rejected with everything that is wrong. */
export function intake(request: Pick<AnyRequest, 'id' | 'suiteId'>, validated: Validated): AnyDraft {
  const { id: requestId, suiteId } = request;
  const common = { subject: subjects.suite(suiteId), cause: requestId, correlation: suiteId };
  if (!validated.ok) return { ...common, name: 'SuiteRejected', data: { requestId, problems: validated.problems } };
  const { suite } = validated;
  const runs = expandRuns(suiteId, suite).map(({ runId, test, repeat }) => ({ runId, test: test.name, repeat }));
  return { ...common, name: 'SuiteAccepted', data: { requestId, suite, runs } };
}
