import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem } from '../values.ts';

export const suiteRejectedV1 = defineEvent(
  'suite',
  'SuiteRejected',
  1,
  'The dispatcher refused the suite: every problem found in it.',
  z.strictObject({ requestId: z.string(), problems: z.array(problem).min(1) }),
);
