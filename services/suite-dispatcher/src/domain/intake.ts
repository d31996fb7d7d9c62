import { subjects, type AnyDraft, type AnyRequest, type Request } from '@benchbus/events';
import { expandRuns, type ParsedSuite } from '@benchbus/suites';

type Asked = Pick<AnyRequest, 'id' | 'suiteId'>;

const common = ({ id, suiteId }: Asked) => ({ subject: subjects.suite(suiteId), cause: id, correlation: suiteId });

/**
 * The first fact of a suite: it is accepted with its runs, or rejected with everything that is wrong.
 * @param rerunOf the suite that this one repeats, as its request says
 */
export function intake(request: Asked, parsed: ParsedSuite, rerunOf?: string): AnyDraft {
  const { id: requestId, suiteId } = request;
  if (!parsed.ok) {
    return { ...common(request), name: 'SuiteRejected', data: { requestId, problems: [...parsed.problems] } };
  }
  const { suite } = parsed;
  const runs = expandRuns(suiteId, suite).map(({ runId, test, repeat }) => ({ runId, test: test.name, repeat }));
  return {
    ...common(request),
    name: 'SuiteAccepted',
    data: { requestId, suite, runs, ...(rerunOf === undefined ? {} : { rerunOf }) },
  };
}

/** The first and last fact of a suite that was cancelled before it was accepted: one event, so that nothing can start in between. */
export function rejectedByCancel(request: Asked, cancel: Request<'SuiteCancelRequested'>): AnyDraft {
  const problem = {
    code: 'SUITE_CANCELLED_BEFORE_ACCEPTANCE',
    message: `the suite was cancelled before it was accepted: ${cancel.data.reason}`,
    hint: 'nothing of it was started; request it again with another id',
  };
  return { ...common(request), name: 'SuiteRejected', data: { requestId: request.id, problems: [problem] } };
}
