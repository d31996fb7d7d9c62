import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runCancellingV1 = defineEvent(
  'run',
  'RunCancelling',
  1,
  {
    what: 'The run is being cancelled: nothing new may be created for it.',
    when: 'When the suite of a run that is not over is cancelled',
  },
  z.strictObject({ reason: z.string().describe('Why') }),
);
