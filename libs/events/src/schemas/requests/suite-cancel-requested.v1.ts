import { z } from 'zod';

/** Ask to cancel a suite, in whatever state it is. */
export const suiteCancelRequestedV1 = {
  name: 'SuiteCancelRequested',
  type: 'io.benchbus.suite.cancel-requested.v1',
  version: 1,
  documentation: {
    what: 'A client asks to cancel a suite.',
    when: 'In whatever state the suite is, also before it is accepted',
  },
  data: z.strictObject({ reason: z.string().default('asked by a user').describe('Why, for people') }),
} as const;
