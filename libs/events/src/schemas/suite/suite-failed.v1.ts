import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem, token } from '../values.ts';

export const suiteFailedV1 = defineEvent(
  'suite',
  'SuiteFailed',
  1,
  'All runs ended and were released; at least one failed.',
  z.strictObject({
    runs: z.array(
      z.strictObject({
        runId: token,
        outcome: z.enum(['completed', 'failed', 'cancelled']),
        problem: problem.optional(),
      }),
    ),
    /** Runs whose release is overdue; the janitor goes on until RunReleased. */
    overdue: z.array(token),
  }),
);
