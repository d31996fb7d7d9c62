import { token } from '@benchbus/suites';
import { z } from 'zod';

/** End the keep time of one run, or of all runs of the suite. */
export const suiteReleaseRequestedV1 = {
  name: 'SuiteReleaseRequested',
  type: 'io.benchbus.suite.release-requested.v1',
  data: z.strictObject({ runId: token.optional() }),
} as const;
