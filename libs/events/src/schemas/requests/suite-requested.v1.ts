import { token } from '@benchbus/suites';
import { z } from 'zod';

/** Ask for a suite. */
export const suiteRequestedV1 = {
  name: 'SuiteRequested',
  type: 'io.benchbus.suite.requested.v1',
  version: 1,
  documentation: { what: 'A client asks for a suite.', when: 'Whenever a client wants one; the subject names its id' },
  data: z.strictObject({
    suite: z
      .unknown()
      .describe(
        "The suite file (native or the predecessor's dialect), as a value or as its text; the dispatcher validates it",
      ),
    rerunOf: token.optional().describe("The suite that this one repeats: the client's word, for the audit trail"),
  }),
} as const;
