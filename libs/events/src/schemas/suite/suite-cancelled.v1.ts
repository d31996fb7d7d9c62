import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem, token } from '../values.ts';

export const suiteCancelledV1 = defineEvent(
  'suite',
  'SuiteCancelled',
  1,
  'The suite was cancelled; all its runs ended and were released.',
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
