import { z } from 'zod';

/** Ask for a suite. `suite` is the suite file (native or the predecessor's dialect), as a value or as its text; the dispatcher validates it. */
export const suiteRequestedV1 = {
  name: 'SuiteRequested',
  type: 'io.benchbus.suite.requested.v1',
  data: z.strictObject({ suite: z.unknown() }),
} as const;
