import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { instant } from '../values.ts';

export const runReleaseRequestedV1 = defineEvent(
  'run',
  'RunReleaseRequested',
  1,
  {
    what: 'The run ended and its keep time is over: everything it holds is to be released.',
    when: 'After the end of the run and its keep time; exactly once per run',
  },
  z.strictObject({
    reason: z
      .enum(['ended', 'keep-over', 'asked', 'cancelled'])
      .describe('Why now: the run ended and is not kept, its keep time is over, somebody asked, or it was cancelled'),
    deadline: instant.describe('When the release is overdue; UTC, RFC 3339'),
  }),
);
