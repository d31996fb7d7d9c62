import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { problem, token } from '../values.ts';

export const suiteCompletedV1 = defineEvent(
  'suite',
  'SuiteCompleted',
  1,
  'All runs completed and were released.',
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
