import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runCancelledV1 = defineEvent(
  'run',
  'RunCancelled',
  1,
  { what: 'The run was cancelled.', when: 'After RunCancelling, when nothing of the run is under way any more' },
  z.strictObject({ reason: z.string().describe('Why') }),
);
