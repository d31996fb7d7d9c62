import { z } from 'zod';

/** Ask for a suite. `suite` is the suite file's content (native or the predecessor's dialect), validated by the dispatcher. */
export const suiteRequestedV1 = {
  name: 'SuiteRequested',
  type: 'io.benchbus.suite.requested.v1',
  data: z.strictObject({ suite: z.unknown() }),
} as const;
