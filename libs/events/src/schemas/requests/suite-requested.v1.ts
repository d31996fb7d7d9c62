import { token } from '@benchbus/suites';
import { z } from 'zod';

/** Ask for a suite. `suite` is the suite file (native or the predecessor's dialect), as a value or as its text; the dispatcher validates it. */
export const suiteRequestedV1 = {
  name: 'SuiteRequested',
  type: 'io.benchbus.suite.requested.v1',
  data: z.strictObject({
    suite: z.unknown(),
    /** The suite that this one repeats: the client's word, for the audit trail. */
    rerunOf: token.optional(),
  }),
} as const;
