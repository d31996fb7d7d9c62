import { token } from '@benchbus/suites';
import { z } from 'zod';

/** End the keep time of one run, or of all runs of the suite. */
export const suiteReleaseRequestedV1 = {
  name: 'SuiteReleaseRequested',
  type: 'io.benchbus.suite.release-requested.v1',
  version: 1,
  documentation: { what: 'A client asks to end a keep time.', when: 'While a run of the suite is kept' },
  data: z.strictObject({ runId: token.optional().describe('Which run; not given: all runs of the suite') }),
} as const;
