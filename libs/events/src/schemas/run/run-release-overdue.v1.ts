import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runReleaseOverdueV1 = defineEvent(
  'run',
  'RunReleaseOverdue',
  1,
  'What the run holds could not be released in time; `left` names it.',
  z.strictObject({ left: z.array(z.string()) }),
);
