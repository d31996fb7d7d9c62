import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runCancelledV1 = defineEvent(
  'run',
  'RunCancelled',
  1,
  'The run was cancelled.',
  z.strictObject({ reason: z.string() }),
);
