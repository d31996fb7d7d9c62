import { z } from 'zod';

/** Ask to cancel a suite, in whatever state it is. */
export const suiteCancelRequestedV1 = {
  name: 'SuiteCancelRequested',
  type: 'io.benchbus.suite.cancel-requested.v1',
  data: z.strictObject({ reason: z.string().default('asked by a user') }),
} as const;
