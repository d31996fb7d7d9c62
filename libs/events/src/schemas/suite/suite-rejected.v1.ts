import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem } from '../values.ts';

export const suiteRejectedV1 = defineEvent(
  'suite',
  'SuiteRejected',
  1,
  {
    what: 'The dispatcher refused the suite: every problem found in it.',
    when: 'Instead of SuiteAccepted, once per request that is not valid or cannot be handled',
  },
  z.strictObject({
    requestId: z.string().describe('`id` of the SuiteRequested'),
    problems: z.array(problem).min(1).describe('Every problem found'),
  }),
);
