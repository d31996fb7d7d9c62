import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runReleaseOverdueV1 = defineEvent(
  'run',
  'RunReleaseOverdue',
  1,
  {
    what: 'What the run holds could not be released in time; `left` names it.',
    when: 'When the deadline of RunReleaseRequested passed before everything was released',
  },
  z.strictObject({ left: z.array(z.string()).describe('What is still there, for people') }),
);
