import { subjects, type AnyDraft, type AnyRequest } from '@benchbus/events';
import { expandRuns, type ParsedSuite } from '@benchbus/suites';

/** The first fact of a suite: it is accepted with its runs, or rejected with everything that is wrong. */
export function intake(request: Pick<AnyRequest, 'id' | 'suiteId'>, parsed: ParsedSuite): AnyDraft {
  const { id: requestId, suiteId } = request;
  const common = { subject: subjects.suite(suiteId), cause: requestId, correlation: suiteId };
  if (!parsed.ok) return { ...common, name: 'SuiteRejected', data: { requestId, problems: [...parsed.problems] } };
  const { suite } = parsed;
  const runs = expandRuns(suiteId, suite).map(({ runId, test, repeat }) => ({ runId, test: test.name, repeat }));
  return { ...common, name: 'SuiteAccepted', data: { requestId, suite, runs } };
}
