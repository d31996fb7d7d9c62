import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runCancellingV1 = defineEvent(
  'run',
  'RunCancelling',
  1,
  'The run is being cancelled: nothing new may be created for it.',
  z.strictObject({ reason: z.string() }),
);
